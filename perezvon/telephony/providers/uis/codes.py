"""Finish reasons of the platform in canonical causes.

Source: "Data API", get.calls_report and get.call_legs_report, field finish_reason, and the vendor's own explanation of each
word. "Subscriber" is the client, "operator" and "employee" are ours. A few words are spelled in two ways by the vendor.
"""

from ...stages import Cause

CAUSES = {
    # somebody hung up, or the call simply ended
    "subscriber_disconnects": Cause.CALLER_HANGUP, "caller_disconnects": Cause.CALLER_HANGUP,
    "disconnect_before_call_processing": Cause.CALLER_HANGUP, "operator_disconnects": Cause.AGENT_HANGUP,
    "success_finish": Cause.NORMAL, "operator_answer": Cause.NORMAL, "fax_session_done": Cause.NORMAL,
    "call_enqueued": Cause.NORMAL, "another_operator_answer": Cause.ANSWERED_ELSEWHERE,
    "transfer_disconnects": Cause.TRANSFERRED, "is_transfer": Cause.TRANSFERRED,
    # the way through the exchange
    "scenario_disconnects": Cause.IVR_ENDED, "no_operation": Cause.IVR_ENDED, "incorrect_input": Cause.IVR_ENDED,
    "max_transition_count_exceeded": Cause.IVR_ENDED, "action_interval_exceeded": Cause.QUEUE_TIMEOUT,
    "no_operator_cdr_found": Cause.NO_AGENTS, "no_success_operator_call": Cause.NO_ANSWER,
    "employee_without_phones": Cause.NO_AGENTS, "group_without_phones": Cause.NO_AGENTS,
    "employee_not_exists": Cause.NO_AGENTS, "processing_method_not_found": Cause.NO_AGENTS,
    # an employee
    "operator_busy": Cause.BUSY, "employee_busy": Cause.BUSY, "operator_not_responsible": Cause.NO_ANSWER,
    "operator_not_responsive": Cause.NO_ANSWER, "timeout": Cause.NO_ANSWER, "no_operator_confirmation": Cause.NO_ANSWER,
    "operator_channels_busy": Cause.BUSY, "employee_busy_after_call": Cause.WRAP_UP,
    "employee_status_break": Cause.ON_BREAK, "employee_status_do_not_disturb": Cause.DND,
    "employee_auto_status_do_not_disturb": Cause.DND, "employee_status_not_at_workplace": Cause.ON_BREAK,
    "employee_status_not_at_work": Cause.UNAVAILABLE, "employee_status_auto_out_call": Cause.BUSY,
    "employee_status_available": Cause.NO_ANSWER, "phone_protocol_not_allowed_by_status": Cause.DND,
    "employee_inactive": Cause.UNAVAILABLE, "employee_phone_inactive": Cause.UNAVAILABLE,
    "group_phone_inactive": Cause.UNAVAILABLE, "sip_offline": Cause.UNAVAILABLE, "fmc_is_disabled": Cause.UNAVAILABLE,
    "fmc_is_locked": Cause.UNAVAILABLE, "communication_unavailable": Cause.UNAVAILABLE,
    "operator_number_problems": Cause.UNAVAILABLE,
    # the schedule
    "employee_inactive_by_schedule": Cause.OFF_HOURS, "employee_phone_inactive_by_schedule": Cause.OFF_HOURS,
    "phone_group_inactive_by_schedule": Cause.OFF_HOURS, "group_inactive_by_schedule": Cause.OFF_HOURS,
    # the client's side, when we call him
    "subscriber_busy": Cause.BUSY, "caller_busy": Cause.BUSY, "subscriber_not_responsible": Cause.NO_ANSWER,
    "no_success_subscriber_call": Cause.NO_ANSWER, "subscriber_number_problems": Cause.INVALID_NUMBER,
    "numb_not_exists": Cause.INVALID_NUMBER,
    # lines and money
    "max_in_call_reached": Cause.LINES_EXHAUSTED, "max_out_call_reached": Cause.LINES_EXHAUSTED,
    "no_resources": Cause.LINES_EXHAUSTED, "no_money": Cause.BILLING, "not_enough_money": Cause.BILLING,
    "limit_exceeded": Cause.BILLING, "account_not_found": Cause.BILLING, "contract_not_found": Cause.BILLING,
    "call_not_allowed_on_tp": Cause.BILLING, "app_is_inactive": Cause.BILLING, "component_is_inactive": Cause.BILLING,
    "numb_is_inactive": Cause.BILLING,
    # forbidden
    "numa_in_black_list": Cause.BARRED, "numa_in_spam_list": Cause.BARRED, "numa_dnd_interval": Cause.BARRED,
    "too_many_identical_incoming_calls": Cause.BARRED, "locked_numb": Cause.BARRED,
    "in_call_not_allowed": Cause.BARRED, "out_call_not_allowed": Cause.BARRED,
    "out_call_not_allowed_by_status": Cause.BARRED, "external_call_not_allowed": Cause.BARRED,
    "external_call_not_allowed_by_status": Cause.BARRED, "internal_call_not_allowed": Cause.BARRED,
    "internal_call_not_allowed_by_status": Cause.BARRED, "auto_out_calls_not_allowed_by_status": Cause.BARRED,
    "api_permission_denied": Cause.BARRED, "api_ip_now_allowed": Cause.BARRED,
    # set up wrongly, or broken
    "sitephone_is_not_configured": Cause.NETWORK_ERROR, "no_active_scenario": Cause.NETWORK_ERROR,
    "simple_forwarding_is_not_configured": Cause.NETWORK_ERROR, "site_not_exists": Cause.NETWORK_ERROR,
    "call_generator_is_not_configured": Cause.NETWORK_ERROR, "add_cdr_timeout": Cause.NETWORK_ERROR,
    "platform_not_found": Cause.NETWORK_ERROR, "internal_error": Cause.NETWORK_ERROR,
    "incorrect_config": Cause.NETWORK_ERROR, "scenario_not_found": Cause.NETWORK_ERROR,
    "locked_phone": Cause.NETWORK_ERROR, "net_lock": Cause.NETWORK_ERROR, "sip_trunk_is_locked": Cause.NETWORK_ERROR,
}  # fmt: skip


def cause_of(reason: str) -> Cause:
    """The cause of a finish reason; one that is not listed means what its beginning or end says."""
    reason = reason.strip().lower()
    if reason in CAUSES:
        return CAUSES[reason]
    if reason.endswith("_by_schedule"):
        return Cause.OFF_HOURS
    if reason.startswith("employee_status_"):
        return Cause.ON_BREAK
    if reason.endswith("_by_status") or "not_allowed" in reason:
        return Cause.BARRED
    return Cause.NORMAL if not reason else Cause.NETWORK_ERROR
