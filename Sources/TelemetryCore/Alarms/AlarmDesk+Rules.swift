/// Rules come and go.
extension AlarmDesk {
    /// Sets or replaces a rule of the page. Returns after the commit. Alarms that it had go on if it still judges the
    /// same machine, metric and kind; else they are reset.
    package func put(_ rule: AlarmRule) async throws(AlarmError) {
        let now = self.clock.now()
        let entry = self.withBoard { board -> Result<AlarmRules.Entry, AlarmError> in
            if let refusal = board.rules.refusal(of: rule) { return .failure(refusal) }
            return .success(board.rules.entry(for: rule, now: now))
        }
        let (written, id) = (try entry.get(), rule.id)
        try await self.keep(JournalWrite { db in try AlarmRuleRow.write(written, db) })
        self.withBoard { board in
            board.rules.setPage(written)
            board.follow(id, to: board.rules.entry(id), now: now)
        }
        self.writeIfNeeded()
    }

    /// Removes a rule of the page; its alarms go. Returns after the commit.
    package func remove(rule id: AlarmRule.ID) async throws(AlarmError) {
        let now = self.clock.now()
        let refusal = self.withBoard { board -> AlarmError? in
            if board.rules.configured[id] != nil {
                return .configured("rule \(id) comes from the configuration file and is removed there")
            }
            return board.rules.page[id] == nil ? .notFound("there is no rule \(id)") : nil
        }
        if let refusal { throw refusal }
        try await self.keep(JournalWrite { db in try AlarmRuleRow.remove(id, .page, db) })
        self.withBoard { board in
            board.rules.removePage(id)
            board.follow(id, to: board.rules.entry(id), now: now)
        }
        self.writeIfNeeded()
    }

    /// All rules of the configuration, in place of those it had: before the store starts, and again whenever the file
    /// is read again. At most `Limits.alarmRulesMax`; of two with one name the last counts. They win over rules of the
    /// page with the same name, which come back when these go.
    package func setConfigured(_ rules: [AlarmRule]) {
        let now = self.clock.now()
        self.noteConfigured()
        let entries = self.withBoard { board -> [AlarmRules.Entry]? in
            let before = board.rules.configured
            let entries = rules.prefix(Limits.alarmRulesMax).map { board.rules.entry(for: $0, now: now) }
            board.rules.setConfigured(entries)
            let after = board.rules.configured
            let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
            for id in changed.sorted() { board.follow(id, to: board.rules.entry(id), now: now) }
            return changed.isEmpty ? nil : Array(after.values)
        }
        guard let entries else { return }
        // Should it fail: the file has them still, and a start reads that first.
        let write = JournalWrite { db in
            try AlarmRuleRow.removeAll(.configuration, db)
            for entry in entries { try AlarmRuleRow.write(entry, db) }
        }
        self.journal.submit(write, completion: { _ in })
        self.writeIfNeeded()
    }

    private func keep(_ write: JournalWrite) async throws(AlarmError) {
        do {
            try await self.journal.write(write)
        } catch {
            throw .unavailable("the database takes no writes now: \(error.text)")
        }
    }
}
