using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Texts;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Commands;

/// <summary>The ledger: <c>ledger status · prove · checkpoint</c> and <c>rebuild</c>.</summary>
sealed class LedgerCommands(GatewayData data, TimeProvider time)
{
    public Task<JsonNode> StatusAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var ledger = data.Ledger;
        var size = ledger.DurableSize;
        return Task.FromResult<JsonNode>(new JsonObject
        {
            ["origin"] = ledger.Origin,
            ["key"] = ledger.Key.ToString(),
            ["size"] = size,
            ["newestAt"] = CommandArguments.Text(ledger.NewestAt),
            ["checkpoint"] = ToJson(ledger.Latest),
            ["walBytes"] = ledger.WalBytes,
            ["queueDepth"] = ledger.QueueDepth,
            ["freeBytes"] = ledger.FreeBytes,
            ["hasRoom"] = ledger.HasRoom,
            ["views"] = new JsonObject
            {
                ["position"] = data.Views.Position,
                ["behind"] = Math.Max(0, size - data.Views.Position),
            },
            ["secondPlace"] = new JsonObject { ["path"] = data.Settings.Ledger.SecondPlace, ["error"] = ledger.SecondPlaceError },
            ["signingRefused"] = ledger.SigningRefusal,
            ["witness"] = WitnessStatusJson.Of(data),
            ["devices"] = data.Devices.All().Count,
            ["asOf"] = CommandArguments.Text(time.GetUtcNow()),
            ["closed"] = new JsonArray([.. data.Logs.All.Select(ToJson)]),
        });
    }

    /// <summary>Proves an entry against a checkpoint that covers it, and checks the proof before it leaves the house.</summary>
    public async Task<JsonNode> ProveAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var index = arguments.RequiredNumber("index");
        if (arguments.Text("log") is { } origin && origin != data.Ledger.Origin) return ProveClosed(data.Logs.Find(origin).Ledger, index);
        var ledger = data.Ledger;
        if (index < 0 || index >= ledger.DurableSize)
        {
            throw new GatewayException(SelectedLog.Written(data).NoEntry(index));
        }

        var signed = await CosignedCheckpoint.CoveringAsync(data, index, cancellationToken);
        var proven = Prove(index, signed.Note, signed.Checkpoint.Size, ledger.Key, ledger, ledger.ReadTile);
        proven["cosignedBy"] = new JsonArray([.. signed.Note.Signatures.Where(signature => signature.KeyId != ledger.Key.KeyId).Select(signature => (JsonNode)signature.Name)]);
        proven["quorumMet"] = data.Witnesses.Policy is { AsksForWitnesses: true } ? signed.HasQuorum : null;
        proven["selfAttestedOnly"] = signed.IsSelfAttestedOnly;
        return proven;
    }

    /// <summary>Against its last checkpoint, which is that of the recovery key where the log's own was lost.</summary>
    static JsonObject ProveClosed(ClosedLedger ledger, long index)
    {
        if (index < 0 || index >= ledger.Size) throw Failure.Of("no-entry-here", index, ledger.Origin, ledger.Size - 1);
        if (!SignedNote.TryParse(ledger.Checkpoint.Note, out var note, out var error)) throw new LedgerCorruptException($"The checkpoint of {ledger.Origin} can't be read: {error}");
        var proven = Prove(index, note, ledger.Checkpoint.Checkpoint.Size, ledger.CheckpointKey, ledger, ledger.ReadTile);

        // Nobody is asked to cosign a log that is closed; what was cosigned before is among its anchors.
        proven["cosignedBy"] = new JsonArray();
        proven["quorumMet"] = null;
        proven["selfAttestedOnly"] = true;
        return proven;
    }

    static JsonObject Prove(long index, SignedNote note, long size, VerifierKey key, ILedgerReader ledger, TileReader tiles)
    {
        var path = new ProofBuilder(size, tiles).Inclusion(index);
        var proof = TlogProof.Create(index, path, note);
        var leafHash = Merkle.LeafHash(ledger.Read(index, 1)[0].Leaf.Span);
        var verdict = proof.Verify(leafHash, key);
        if (!verdict.IsGood) throw new LedgerCorruptException($"The proof of entry {index} does not verify: {verdict.Sentence} Run 'edgegw ledger verify'.");
        return new JsonObject
        {
            ["index"] = index,
            ["leafHash"] = leafHash.ToString(),
            ["size"] = size,
            ["key"] = key.ToString(),
            ["proof"] = Encoding.UTF8.GetString(proof.Encode()),
        };
    }

    public async Task<JsonNode> CheckpointAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        await data.Ledger.CatchUpAsync(cancellationToken);
        var signed = await data.Ledger.CheckpointAsync(cancellationToken);
        var json = ToJson(signed)!;
        json["note"] = Encoding.UTF8.GetString(signed.Note);
        return json;
    }

    /// <summary>Makes the views again from the ledger. Evidence goes on being sealed meanwhile.</summary>
    public async Task<JsonNode> RebuildAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        foreach (var log in data.Logs.All.Where(log => log.Error is null))
        {
            log.OwnViews(cancellationToken).Rebuild();
            log.OwnViews(cancellationToken);
        }

        data.Views.Rebuild();
        await data.CatchUpViewsAsync(cancellationToken);
        return new JsonObject { ["position"] = data.Views.Position, ["size"] = data.Ledger.Size };
    }

    static JsonNode ToJson(ClosedLog log) => log.Error is { } error
        ? new JsonObject { ["shard"] = log.Shard, ["error"] = error }
        : new JsonObject
        {
            ["shard"] = log.Shard,
            ["origin"] = log.Ledger.Origin,
            ["key"] = log.Ledger.Key.ToString(),
            ["size"] = log.Ledger.Size,
            ["root"] = log.Ledger.End.Root.ToString(),
            ["signedBy"] = log.Ledger.SignedByRecovery ? "recovery" : "ledger",
        };

    static JsonObject? ToJson(SignedCheckpoint? signed) => signed is null ? null : new JsonObject
    {
        ["size"] = signed.Checkpoint.Size,
        ["root"] = signed.Checkpoint.Root.ToString(),
        ["signedAt"] = CommandArguments.Text(signed.SignedAt),
    };
}
