import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestResults
import BacktestSweep

extension PlanDocument {
    /// Version of the layout; keys are only ever added to one version.
    private static let schemaVersion = 1

    /// The document as JSON, a line feed at its end.
    func json() -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("schema_version")
        json.integer(PlanDocument.schemaVersion)
        json.key("name")
        json.string(plan.name)
        json.key("config")
        json.string(plan.configurationPath)
        json.key("config_sha256")
        json.string(plan.configurationHash)
        json.key("environment")
        json.optional(plan.environment)
        json.key("settings")
        json.array(plan.settings)
        writeData(to: &json)
        writeSubscriptions(to: &json)
        writeAnnualization(to: &json)
        writeSizing(to: &json)
        writeSweep(to: &json)
        writeEstimate(to: &json)
        json.key("warnings")
        json.array(plan.warnings + calendar.warnings)
        json.key("containers")
        json.beginArray()
        for index in selected { write(plan.container(at: index), to: &json) }
        json.endArray()
        json.endObject()
        return json.out.text + "\n"
    }

    private func writeData(to json: inout JSONWriter) {
        json.key("data")
        json.beginArray()
        for (file, series) in zip(tape.files, tape.tape.series) {
            json.element()
            json.beginObject()
            json.key("symbol")
            json.string(file.symbol)
            json.key("file")
            json.string(file.path)
            json.key("sha256")
            json.string(file.sha256)
            json.key("bars")
            json.integer(file.bars)
            json.key("start")
            json.optional(series.firstStamp?.iso8601)
            json.key("end")
            json.optional(series.lastStamp?.iso8601)
            json.key("dropped_rows")
            json.integer(file.droppedRows)
            json.endObject()
        }
        json.endArray()
    }

    private func writeSubscriptions(to json: inout JSONWriter) {
        json.key("subscriptions")
        json.beginArray()
        for subscription in subscriptions {
            json.element()
            json.beginObject()
            json.key("id")
            json.string(subscription.id)
            json.key("kind")
            json.string(subscription.kind)
            json.key("strategies")
            json.array(subscription.hears)
            json.key("symbols")
            json.array(subscription.symbols)
            json.endObject()
        }
        json.endArray()
    }

    private func writeAnnualization(to json: inout JSONWriter) {
        json.key("annualization")
        json.beginArray()
        for annualization in calendar.annualizations {
            json.element()
            json.beginObject()
            json.key("symbols")
            json.array(annualization.symbols)
            json.key("returns")
            json.string(plan.metrics.returns.rawValue)
            json.key("periods_per_year")
            json.number(annualization.periods)
            json.key("reason")
            json.string(annualization.reason)
            json.endObject()
        }
        json.endArray()
    }

    private func writeSizing(to json: inout JSONWriter) {
        json.key("sizing")
        json.beginArray()
        for size in SizingText.all(plan) {
            json.element()
            json.beginObject()
            json.key("portfolio_id")
            json.string(size.portfolioID)
            json.key("text")
            json.string(size.text)
            json.endObject()
        }
        json.endArray()
    }

    private func writeSweep(to json: inout JSONWriter) {
        json.key("parameters")
        json.beginObject()
        let lists = plan.sweep.expandedValues(limit: PlanDocument.listedValuesMax)
        for list in lists {
            json.key(text: list.path)
            json.beginArray()
            for value in list.values {
                json.element()
                json.scalar(value)
            }
            json.endArray()
        }
        json.endObject()
        json.key("parameter_counts")
        json.beginObject()
        for list in lists {
            json.key(text: list.path)
            json.integer(list.count)
        }
        json.endObject()
        json.key("counts_are_lower_bounds")
        json.boolean(plan.sweep.isLowerBound)
        json.key("counts")
        json.beginObject()
        json.key("parameter_sets")
        json.integer(plan.sweep.numberedSetCount)
        json.key("dropped_by_constraints")
        if plan.sweep.isLowerBound {
            json.null()
        } else {
            json.integer(plan.sweep.productCount - plan.sweep.numberedSetCount)
        }
        json.key("containers")
        json.integer(plan.numberedContainerCount)
        json.key("selected")
        json.integer(selected.count)
        json.endObject()
    }

    private func writeEstimate(to json: inout JSONWriter) {
        json.key("estimates")
        json.beginObject()
        json.key("bar_evaluations")
        json.integer(estimate.barEvaluations)
        json.key("memory_bytes")
        json.integer(estimate.memoryBytes)
        json.key("seconds")
        json.number(estimate.seconds)
        json.key("jobs")
        json.integer(estimate.jobs)
        json.endObject()
    }

    private func write(_ container: PlannedContainer, to json: inout JSONWriter) {
        json.element()
        json.beginObject()
        json.key("id")
        json.string(container.id)
        json.key("portfolio_id")
        json.string(templateID(container))
        json.key("parameters")
        json.beginObject()
        for parameter in plan.parameterValues(ofSet: container.set) {
            json.key(text: parameter.path)
            json.scalar(parameter.value)
        }
        json.endObject()
        json.key("filters")
        json.array(plan.filter(of: container.template))
        json.endObject()
    }
}
