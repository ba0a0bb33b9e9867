"""The lines that Lambda itself writes after an invocation: duration, memory, a time-out.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
"""

from typing import Any

from local_cloud.host.environment_factory import Warm


def report(
    warm: Warm, config: dict[str, Any], request_id: str, seconds: float, kind: str | None
) -> None:
    log, memory = warm.log, warm.environment.peak_memory_megabytes()
    if kind == "Sandbox.Timedout":
        log.platform(
            "fault",
            {"requestId": request_id, "status": "timeout"},
            f"{request_id} Task timed out after {config['Timeout']:.2f} seconds",
        )
    metrics = {
        "durationMs": round(seconds * 1000, 3),
        "billedDurationMs": int(seconds * 1000) + 1,
        "memorySizeMB": config["MemorySize"],
        "maxMemoryUsedMB": memory,
    }
    init = ""
    if warm.is_cold:
        warm.is_cold = False
        metrics["initDurationMs"] = round(warm.environment.init_seconds * 1000, 3)
        init = f"\tInit Duration: {metrics['initDurationMs']:.2f} ms"
    status = {None: "success", "Sandbox.Timedout": "timeout"}.get(kind, "error")
    log.platform(
        "runtimeDone",
        {"requestId": request_id, "status": status},
        f"END RequestId: {request_id}",
    )
    log.platform(
        "report",
        {"requestId": request_id, "metrics": metrics, "status": status},
        f"REPORT RequestId: {request_id}\tDuration: {seconds * 1000:.2f} ms\t"
        f"Billed Duration: {metrics['billedDurationMs']} ms\t"
        f"Memory Size: {metrics['memorySizeMB']} MB\t"
        f"Max Memory Used: {memory} MB{init}",
    )
