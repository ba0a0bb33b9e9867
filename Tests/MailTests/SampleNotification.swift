/// A notification from SES, in the shape of AWS's documentation.
enum SampleNotification {
    static let json = """
        {"notificationType":"Received",
         "mail":{"timestamp":"2025-01-18T10:00:00.000Z","source":"janedoe@example.org",
          "messageId":"o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1",
          "destination":["recipient@example.com","stranger@example.net"],"headersTruncated":false,
          "headers":[{"name":"Return-Path","value":"<janedoe@example.org>"},
           {"name":"Received","value":"from mx.example.org by inbound-smtp.amazonaws.com"},
           {"name":"From","value":"Jane Doe <janedoe@example.org>"},
           {"name":"To","value":"recipient@example.com"},{"name":"Subject","value":"Test Subject"},
           {"name":"Message-ID","value":"<1234@example.org>"},
           {"name":"Content-Type","value":"text/plain; charset=UTF-8"}],
          "commonHeaders":{"returnPath":"janedoe@example.org",
           "from":["Jane Doe <janedoe@example.org>"],"date":"Sat, 18 Jan 2025 10:00:00 +0000",
           "to":["recipient@example.com"],"messageId":"<1234@example.org>",
           "subject":"Test Subject"}},
         "receipt":{"timestamp":"2025-01-18T10:00:00.000Z","processingTimeMillis":574,
          "recipients":["recipient@example.com"],"spamVerdict":{"status":"PASS"},
          "virusVerdict":{"status":"PASS"},"spfVerdict":{"status":"PASS"},
          "dkimVerdict":{"status":"GRAY"},"dmarcVerdict":{"status":"PASS"},
          "action":{"type":"S3","topicArn":"arn:aws:sns:us-east-1:012345678912:example-topic",
           "bucketName":"my-S3-bucket","objectKeyPrefix":"emails",
           "objectKey":"emails/o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1"}}}
        """
}
