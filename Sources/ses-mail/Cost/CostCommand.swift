internal import ArgumentParser
internal import JSON

/// Shows the cost of a month.
struct CostCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost", abstract: "Show what the deployment costs a month.",
        discussion: """
            Counts what the deployment has and what mail used in the last thirty days, or \
            estimates with --mails what so many would use, and multiplies it with AWS's list \
            prices of \(PriceList.date) for \(PriceList.region), without tax. Idle requests to \
            SQS, traces and bytes to Google are estimated, and mail sent by SMTP users is not \
            counted. Some amounts are free every month, but for the whole account: the last \
            column is for an account that has used them up. Below stands what each switch of \
            Terraform would have saved.
            """)

    @Option(help: "Estimate a month with so many mails of 75 KB, instead of the last one.")
    var mails: Int?
    @OptionGroup var options: CommonOptions

    func validate() throws {
        if let mails, !(0...100_000_000).contains(mails) {
            throw ValidationError("--mails is a number from 0 to 100000000.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("counting …")
        let inventory = try Inventory(deployment)
        let used =
            try mails.map { MailUsage.amounts(mails: Double($0), inventory) }
            ?? MeasuredUsage(deployment).amounts(inventory)
        let bill = Bill(inventory: inventory, used: used)
        let period: [JSONValue.Member] = [
            mails.map { .init("mails", .integer($0)) }
                ?? .init("days", .integer(MeasuredUsage.days))
        ]
        if output.isJSON { return output.json(.object(period + bill.json)) }
        output.table(bill.rows, severities: [.note])
        output.line("")
        output.table(bill.savings, Bill.savingColumns)
        output.line("")
        output.line(
            "\(mails.map { "A month with \($0) mails" } ?? "The last \(MeasuredUsage.days) days"), "
                + "at the list prices of \(PriceList.date) for \(PriceList.region).")
    }
}
