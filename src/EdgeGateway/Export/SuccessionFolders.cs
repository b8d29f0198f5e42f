using EdgeGateway.Bags;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>
/// What ties a log of the bag to the one that goes on from it (docs/ledger-format.md section 8), as openssl takes it: the
/// endorsement in the next log's entry 0, and the announcement in the last entry of the log before.
/// </summary>
sealed class SuccessionFolders(BagTarget bag, VerifyCommands commands)
{
    public async Task AddAsync(LogFolders before, LogFolders next)
    {
        var (old, young) = (await GenesisAsync(before.Log), await GenesisAsync(next.Log));
        if (!Checkpoint.TryParse(EntryFolders.NoteOf(before.Log.Head.Checkpoint).Text, out var tree, out var error)) throw new LedgerCorruptException($"The checkpoint can't be read: {error}");
        var end = new LogEnd(old.Origin, tree.Size, tree.Root, old.Key);
        if (young.CheckSucceeds(end, old.RecoveryKey) is { } wrong) throw new LedgerCorruptException($"{wrong} Run 'edgegw ledger verify'.");
        bag.Add($"{next.Log.Folder}endorsement.txt", Ledger.Succession.Endorsement(end, young.Key, young.RecoveryKey));
        bag.Add($"{next.Log.Folder}endorsement.sig", young.Endorsement!.Signature);
        commands.Successor(before.Log.Folder, next.Log.Folder, end.Size, young.Endorsement.By == EndorsingKey.Recovery);
        await AddClosingAsync(before, next, old, young);
    }

    /// <summary>The last entry is always there, so that it shows where there is no announcement; of another kind its leaf alone.</summary>
    async Task AddClosingAsync(LogFolders before, LogFolders next, Genesis old, Genesis young)
    {
        var folder = $"{before.Log.Folder}closing";
        var last = before.Log.Head.Size - 1;
        using var entry = EntryView.Parse((await before.Log.Source.EntryAsync(last)).Record);
        var isAnnouncement = entry.Kind == EntryKind.Key;
        await before.Entries.AddAsync(folder, last, leafOnly: !isAnnouncement);
        if (!isAnnouncement) return;
        var (own, byRecovery) = SignatureOf(entry);
        bag.Add($"{folder}/announcement.txt", Ledger.Succession.Announcement(old.Key, old.Origin, young.Key));
        bag.Add($"{folder}/own.sig", own);
        bag.Add($"{folder}/next.sig", Signature(entry, "next"u8) ?? throw Malformed(entry));
        commands.Closing(before.Log.Folder, next.Log.Folder, byRecovery);
    }

    /// <summary>By the log's own key, or by the recovery key in its place.</summary>
    static (byte[] Signature, bool ByRecovery) SignatureOf(EntryView entry) =>
        Signature(entry, "this"u8) is { } own ? (own, false) : (Signature(entry, "recovery"u8) ?? throw Malformed(entry), true);

    /// <summary>One of the signatures of an entry <c>key</c>; null where it has none of that name.</summary>
    public static byte[]? Signature(EntryView entry, ReadOnlySpan<byte> name)
    {
        var signature = new byte[64];
        return entry.Body.Object("signatures"u8)?.Text(name) is { } text && Convert.TryFromBase64String(text, signature, out var length) && length == signature.Length ? signature : null;
    }

    static async Task<Genesis> GenesisAsync(ExportLog log) => Genesis.Parse((await log.Source.EntryAsync(0)).Record);

    static LedgerCorruptException Malformed(EntryView entry) => new($"The last entry {entry.Index} of the closed log lacks a signature. Run 'edgegw ledger verify'.");
}
