// Rows that are put into order by hand: <tbody data-behaviour="order" data-order-url="…"> with rows data-order-id; buttons
// in the rows do the same without a mouse.
import Sortable from "sortablejs";
import { post, word } from "../page.js";
import { toast } from "./toast.js";

export default function order(element) {
  Sortable.create(element, {
    draggable: "[data-order-id]",
    handle: ".order-grip",
    animation: 120,
    async onEnd({ oldIndex, newIndex }) {
      if (oldIndex === newIndex) return;
      const ids = [...element.querySelectorAll("[data-order-id]")].map((row) => row.dataset.orderId).join(",");
      const answer = await post(element.dataset.orderUrl, { ids }, { "HX-Request": "true" });
      if (!answer.ok) toast(word("failed"), "error");
    },
  });
}
