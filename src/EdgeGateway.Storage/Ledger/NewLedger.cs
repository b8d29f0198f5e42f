using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>Makes a ledger: its key, its log, its state, and entry 0. A crash in between leaves nothing that was relied on.</summary>
static class NewLedger
{
    public static OpenedLedger Create(LedgerSettings settings, LedgerPaths paths, SegmentPool segments, IGatewayClock clock, DiskRoom room)
    {
        RefuseRemains(paths);
        var key = settings.Successor?.Key ?? LedgerKeys.Create(settings.Data, settings.Origin);
        var newRecovery = settings.Successor is null ? LedgerKeys.New(settings.Origin + "/recovery") : null;
        var recoveryKey = settings.Successor?.RecoveryKey ?? newRecovery!.Verifier;
        var recoveryFile = newRecovery is null ? null : LedgerKeys.WriteRecovery(settings.RecoveryKeyFile ?? LedgerKeys.RecoveryPath(settings.Data), newRecovery);

        foreach (var segment in WalScan.Segments(paths.Wal)) File.Delete(Path.Combine(paths.Wal, WalFormat.SegmentName(segment)));
        var log = WriteAheadLog.Create(paths.Wal, settings.SegmentBytes, segments);
        var heads = SubjectHeads.Empty();
        heads.Write(paths.Heads);
        var repeatFiles = new RepeatFiles(paths.Repeats, settings.RepeatEntries);
        var repeats = new RepeatWindow(settings.RepeatEntries);
        CarriedRepeats.Load(paths.Carried, repeats);
        repeatFiles.Load(repeats, 0);
        var reading = clock.Read();
        var newest = reading.Utc;
        if (settings.Successor is { Floor: var floor } && newest < floor) (reading, newest) = (reading with { State = ClockState.BelowFloor }, floor);
        var state = new LedgerState
        {
            Size = 0,
            Edge = [],
            FirstSegment = 1,
            SignedSize = 0,
            SignedRoot = default,
            NewestAt = newest,
            Log = default,
            Key = LedgerKeys.Identity(key.Verifier),
        };
        StateFile.Write(paths.State, state);

        var integrator = new Integrator(paths, state, heads, repeatFiles, segments, room);
        var frame = new Frame(settings.FrameBytes);
        AddGenesis(frame, settings, key.Verifier, recoveryKey, reading);
        frame.Seal(log.Segment, 0, log.Chain);
        log.Append(frame);
        integrator.Integrate(frame);

        var writer = new LedgerWriter(settings, log, heads.Copy(), repeats, integrator.Log, integrator.NewestAt, clock, room);
        var recovery = new LedgerRecovery(newRecovery is null ? null : new NewLedgerFacts(newRecovery.Export(), recoveryFile!), null, null);
        var secondPlace = SecondPlace.Of(settings, paths, key.Verifier);
        secondPlace?.Check(0, default);
        return new OpenedLedger(paths, key.Verifier, key, writer, integrator, log, null, recovery, room) { SecondPlace = secondPlace };
    }

    /// <summary>The state is written before the first frame: without it there can be no entry, unless it was taken away.</summary>
    static void RefuseRemains(LedgerPaths paths)
    {
        var remains = new[] { paths.Checkpoint, paths.History, paths.Tiles, paths.AllPayloads, WholeFrame(paths.Wal) }
            .FirstOrDefault(path => Path.Exists(path));
        if (remains is not null)
        {
            throw new LedgerCorruptException(
                $"'{paths.State}' is missing or of a ledger without entries, but '{remains}' holds entries. Restore the file from a backup; do not delete the ledger.");
        }
    }

    /// <summary>The first segment that a ledger without entries can't have.</summary>
    static string? WholeFrame(string directory)
    {
        foreach (var number in WalScan.Segments(directory))
        {
            var path = Path.Combine(directory, WalFormat.SegmentName(number));
            var bytes = File.ReadAllBytes(path);
            for (var offset = WalFormat.BlockBytes; offset < bytes.Length; offset += WalFormat.BlockBytes)
            {
                if (FrameReader.IsWholeFrameOf(bytes.AsSpan(offset), number)) return path;
            }
        }

        return null;
    }

    static void AddGenesis(Frame frame, LedgerSettings settings, VerifierKey key, VerifierKey recoveryKey, ClockReading clock)
    {
        var body = new CanonicalJsonWriter();
        body.BeginObject();
        settings.Successor?.WriteEndorsement(body);
        body.Name("hash"u8);
        body.Ascii("sha-256"u8);
        body.Name("key"u8);
        body.String(key.ToString());
        body.Name("origin"u8);
        body.String(settings.Origin);
        settings.Successor?.WritePrevious(body);
        body.Name("recoveryKey"u8);
        body.String(recoveryKey.ToString());
        body.Name("signature"u8);
        body.Ascii("ed25519"u8);
        body.Name("timeZone"u8);
        body.String(settings.TimeZone);
        body.EndObject();

        Span<byte> salt = stackalloc byte[LedgerRecord.SaltBytes];
        System.Security.Cryptography.RandomNumberGenerator.Fill(salt);
        var draft = new FixedDraft(
            EntryKind.Genesis, Subjects.Gateway, Actors.Gateway, Authentication.None, body.Written.ToArray(), SealedPart.Seal("{}"u8, salt));
        var leaves = new LeafWriter();
        leaves.SetClock(clock);
        var at = UnixMicroseconds.Truncate(clock.Utc);
        var hash = leaves.Write(draft, at, null, 1, null, RepeatFacts.None);
        frame.Add(draft.Subject, 1, hash, at, leaves.Leaf, draft.PrivatePart.Salt, draft.PrivatePart.PrivatePart, null);
    }
}
