// A part of a page about one thing: <div data-behaviour="subject" data-subject="person" data-subject-id="7">
// hears the live stream and says "subject:changed" when a fact is about that thing.
export default function subject(element) {
  const { subject: noun, subjectId } = element.dataset;
  const hear = ({ detail }) => {
    if (!element.isConnected) return document.body.removeEventListener("live:any", hear);
    if (detail.refetch || String(detail[noun]) === subjectId) element.dispatchEvent(new CustomEvent("subject:changed"));
  };
  document.body.addEventListener("live:any", hear);
}
