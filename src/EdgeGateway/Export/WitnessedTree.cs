using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Ledger;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Export;

/// <summary>The checkpoint that covers an item and is cosigned best, and what the site's policy says of it.</summary>
/// <param name="Note">With the log's own signature, and every cosignature that the ledger holds for it.</param>
/// <param name="HasQuorum">Whether the site's policy has the witnesses it wants; also where it wants none, or there is none.</param>
/// <param name="IsSelfAttestedOnly">仅自证: nobody under another administration has vouched for it.</param>
/// <param name="Cosigners">Empty where nobody cosigned a tree that holds the item.</param>
sealed record WitnessedTree(string Note, bool HasQuorum, bool IsSelfAttestedOnly, IReadOnlyList<Cosigner> Cosigners)
{
    /// <summary>The log whose checkpoint it is: 0 is the item's own, then those that go on from it.</summary>
    public int Log { get; init; }

    /// <summary>SHA-256 of the note.</summary>
    public Hash NoteDigest => new(SHA256.HashData(Encoding.UTF8.GetBytes(Note)));

    public static WitnessedTree Of(CosignedCheckpoint found, WitnessPolicy? policy) => new(
        found.Note.ToString(), found.HasQuorum, found.IsSelfAttestedOnly,
        [.. found.Cosigners.Select(key => policy?.Witnesses.FirstOrDefault(witness => witness.Key.Equals(key)) is { } witness
            ? new Cosigner(key, witness.Operator, policy.IsOtherAdministration(witness))
            : new Cosigner(key, null, false))]);

    public static WitnessedTree Read(JsonNode json) => new(
        json["note"]!.GetValue<string>(), json["quorum"]!.GetValue<bool>(), json["selfAttested"]!.GetValue<bool>(),
        [.. json["cosigners"]!.AsArray().Select(cosigner => new Cosigner(
            VerifierKey.Parse(cosigner!["key"]!.GetValue<string>()), cosigner["operator"]?.GetValue<string>(), cosigner["other"]!.GetValue<bool>()))])
    {
        Log = json["log"]!.GetValue<int>(),
    };

    public JsonObject ToJson() => new()
    {
        ["note"] = Note,
        ["log"] = Log,
        ["quorum"] = HasQuorum,
        ["selfAttested"] = IsSelfAttestedOnly,
        ["cosigners"] = new JsonArray([.. Cosigners.Select(cosigner => (JsonNode)new JsonObject
        {
            ["key"] = cosigner.Key.ToString(),
            ["operator"] = cosigner.Operator,
            ["other"] = cosigner.IsOtherAdministration,
        })]),
    };
}

/// <param name="Operator">Who runs it, as the site's policy says; null where it does not.</param>
/// <param name="IsOtherAdministration">Whether the site's policy says that others run it than the ledger.</param>
sealed record Cosigner(VerifierKey Key, string? Operator, bool IsOtherAdministration);
