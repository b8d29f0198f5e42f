namespace EdgeGateway.Export;

/// <param name="Items">Indices, in order, each once.</param>
/// <param name="By">On whose behalf; null: the account that asks.</param>
/// <param name="Media">Where objects are.</param>
sealed record ExportRequest(IReadOnlyList<long> Items, string Target, string Case, string Reason, string? By, ObjectPlaces Media, bool Rehearsal);

/// <param name="TagManifest">SHA-256 of the bag's tagmanifest-sha256.txt; null in a rehearsal.</param>
/// <param name="Custody">Indices of the entries that record the export; none in a rehearsal.</param>
sealed record ExportOutcome(
    string Path, IReadOnlyList<ExportedItem> Items, IReadOnlyList<(string Path, long Size)> Files, Ledger.Hash? TagManifest, IReadOnlyList<long> Custody);
