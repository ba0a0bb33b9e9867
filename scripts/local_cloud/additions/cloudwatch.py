"""CloudWatch: alarms are evaluated by the world's clock and notify their topics.

Bug of moto: a new alarm is OK at once, where AWS begins with INSUFFICIENT_DATA.

Feature: moto keeps alarms, but never evaluates one, and has no composite alarms. Those can be made
here, but are never evaluated.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

import calendar
from datetime import timedelta
from typing import Any

from moto.cloudwatch import models, responses
from moto.cloudwatch.exceptions import ValidationError
from moto.core.responses import EmptyResult

from local_cloud.additions.clock import utcnow
from local_cloud.additions.patching import add, wrap
from local_cloud.additions.queue_metrics import measure, told
from local_cloud.clock.activity import ACTIVITY
from local_cloud.metrics.alarm import Definition, NotWatched, metric_of
from local_cloud.metrics.evaluation import INSUFFICIENT_DATA
from local_cloud.metrics.notice import tell
from local_cloud.metrics.rows import NotEmulated
from local_cloud.metrics.series import Point
from local_cloud.metrics.store import STORE, minute_of
from local_cloud.metrics.watch import Watch

WATCH = Watch(measure, tell)


def put_composite_alarm(response: Any) -> Any:
    response.cloudwatch_backend.put_metric_alarm(
        name=response._get_param("AlarmName"),
        description=response._get_param("AlarmDescription"),
        rule=response._get_param("AlarmRule"),
        alarm_actions=response._get_param("AlarmActions", []),
        ok_actions=response._get_param("OKActions", []),
        insufficient_data_actions=response._get_param("InsufficientDataActions", []),
        tags=response._get_param("Tags", []),
        actions_enabled=True,
        namespace=None,
        metric_name=None,
        comparison_operator=None,
        evaluation_periods=None,
        period=None,
        threshold=None,
        statistic=None,
        dimensions=[],
    )
    return EmptyResult()


def enable_alarm_actions(response: Any) -> Any:
    return set_actions_enabled(response, True)


def disable_alarm_actions(response: Any) -> Any:
    return set_actions_enabled(response, False)


def set_actions_enabled(response: Any, is_enabled: bool) -> Any:
    names = response._get_param("AlarmNames", [])
    for alarm in response.cloudwatch_backend.get_alarms_by_alarm_names(names):
        alarm.actions_enabled = is_enabled
    return EmptyResult()


def install() -> None:
    owner = responses.CloudWatchResponse
    add(owner, put_composite_alarm, enable_alarm_actions, disable_alarm_actions)

    @wrap(models.CloudWatchBackend, "put_metric_alarm")
    def put_metric_alarm(original: Any, backend: Any, **given: Any) -> Any:
        before = backend.alarms.get(given["name"])
        alarm = original(backend, **given)
        if alarm.rule is None:
            try:
                alarm.definition = Definition(alarm)
            except (NotWatched, NotEmulated) as error:
                put_back(backend, given["name"], before)
                raise ValidationError(str(error)) from error
        begin(alarm, before)
        if alarm.rule is None:
            WATCH.look_now(alarm)
        return alarm

    @wrap(models.CloudWatchBackend, "set_alarm_state")
    def set_alarm_state(
        original: Any, backend: Any, name: str, reason: str, data: str, state: str
    ) -> None:
        """The state lasts until CloudWatch evaluates the alarm again."""
        alarm = backend.alarms.get(name)
        if alarm is None or alarm.rule is not None:
            original(backend, name, reason, data, state)
            return
        WATCH.change(alarm, state, reason, data, ACTIVITY.clock.now())
        alarm.was_set = True

    @wrap(models.CloudWatchBackend, "put_metric_data")
    def put_metric_data(original: Any, backend: Any, namespace: str, data: Any) -> None:
        first = len(backend.metric_data)
        original(backend, namespace, data)
        for datum in backend.metric_data[first:]:
            note(backend.region_name, datum)

    tell_of_queues()


def tell_of_queues() -> None:
    owner = models.CloudWatchBackend

    @wrap(owner, "get_metric_statistics")
    def get_metric_statistics(
        original: Any,
        backend: Any,
        namespace: str,
        name: str,
        start: Any,
        end: Any,
        *rest: Any,
        **named: Any,
    ) -> Any:
        with told(
            backend, start, end, lambda each: (each.namespace, each.name) == (namespace, name)
        ):
            return original(backend, namespace, name, start, end, *rest, **named)

    @wrap(owner, "get_metric_data")
    def get_metric_data(
        original: Any, backend: Any, queries: Any, start_time: Any, end_time: Any, scan_by: str
    ) -> Any:
        asked = [each["MetricStat"]["Metric"] for each in queries if "MetricStat" in each]
        wanted = {(each["Namespace"], each["MetricName"]) for each in asked}
        with told(
            backend, start_time, end_time, lambda each: (each.namespace, each.name) in wanted
        ):
            return original(backend, queries, start_time, end_time, scan_by)

    @wrap(owner, "list_metrics")
    def list_metrics(original: Any, backend: Any, *given: Any) -> Any:
        now = utcnow()
        with told(backend, now - timedelta(minutes=2), now, lambda _: True):
            return original(backend, *given)


def put_back(backend: Any, name: str, alarm: Any) -> None:
    del backend.alarms[name]
    if alarm is not None:
        backend.alarms[name] = alarm


def begin(alarm: Any, before: Any) -> None:
    """A new alarm has no data yet; an alarm that is changed keeps its state."""
    alarm.was_set = False
    if before is None:
        alarm.state_value = INSUFFICIENT_DATA
        return
    alarm.history = before.history
    for name in ("state_value", "state_reason", "state_reason_data", "state_updated_timestamp"):
        setattr(alarm, name, getattr(before, name))


def note(region: str, datum: Any) -> None:
    metric = metric_of(region, datum.namespace, datum.name, datum.dimensions)
    seconds = calendar.timegm(datum.timestamp.utctimetuple())
    if isinstance(datum, models.MetricAggregatedDatum):
        point = Point(datum.sum, datum.min, datum.max, datum.sample_count)
    else:
        point = Point.of(datum.value)
    STORE.add(metric, minute_of(seconds), point)
