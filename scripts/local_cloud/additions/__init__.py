"""What moto lacks or gets wrong for this system: one module a service.

`install` patches moto 5.2.1 in this process, before its server starts. Each module says in its
first lines what is a `Bug of moto` and what is a `Feature` that moto does not have.
"""

from local_cloud.additions import (
    account,
    acm,
    appregistry,
    automation,
    clock,
    cloudfront,
    cloudwatch,
    dynamodb,
    emf,
    events,
    iam,
    indexing_rules,
    insights,
    kms,
    lambda_,
    log_filters,
    logs,
    message_moves,
    pipes,
    queue_metrics,
    s3,
    scheduler,
    ses,
    sesv2,
    sns,
    sqs,
    streams,
    transactions,
    xray,
    xray_traces,
)


def install() -> None:
    for module in (
        account,
        acm,
        appregistry,
        automation,
        clock,
        cloudfront,
        cloudwatch,
        dynamodb,
        emf,
        events,
        iam,
        indexing_rules,
        insights,
        kms,
        lambda_,
        log_filters,
        logs,
        message_moves,
        pipes,
        queue_metrics,
        s3,
        scheduler,
        ses,
        sesv2,
        sns,
        sqs,
        streams,
        transactions,
        xray,
        xray_traces,
    ):
        module.install()
