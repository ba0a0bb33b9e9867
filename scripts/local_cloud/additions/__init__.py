"""What does moto lack or get wrong for this system? One file a service.

`install` patches the insides of moto 5.2.1, in this process only, before its server starts.
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
    s3,
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
        s3,
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
