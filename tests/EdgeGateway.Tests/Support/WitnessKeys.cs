using EdgeGateway.Ledger;

namespace EdgeGateway.Tests.Support;

/// <summary>Keys with fixed seeds, and checkpoints of the texts <c>entry-i</c> signed with them.</summary>
static class WitnessKeys
{
    public const string Origin = "station-01.example";

    public static readonly SigningKey Log = Note(Origin, 1);

    public static SigningKey Note(string name, byte seed) => SigningKey.FromSeed(name, Seed(seed));

    public static SigningKey Witness(string name, byte seed) => SigningKey.FromSeed(name, Seed(seed), NoteKeyType.Cosignature);

    public static Checkpoint Checkpoint(int size) => new(Origin, size, EdgeGateway.Support.TlogMemoryLog.Large.Value.Roots[size]);

    public static SignedNote Signed(Checkpoint checkpoint, params SigningKey[] witnesses) => SignedNote.Create(
        checkpoint.ToString(),
        [Log.Sign(checkpoint.ToString()), .. witnesses.Select(witness => witness.Cosign(checkpoint, DateTimeOffset.FromUnixTimeSeconds(1_800_000_000)))]);

    public static Hash[] Proof(int from, int to) =>
        from == 0 ? [] : new ProofBuilder(to, EdgeGateway.Support.TlogMemoryLog.Large.Value.At(to).Read).Consistency(from);

    static byte[] Seed(byte seed) => [.. Enumerable.Repeat(seed, 32)];
}
