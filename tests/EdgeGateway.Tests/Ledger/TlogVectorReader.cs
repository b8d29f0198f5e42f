using System.Security.Cryptography;

namespace EdgeGateway.Ledger;

/// <summary>Reads the lines of <see cref="TlogVectors"/>.</summary>
static class TlogVectorReader
{
    public static readonly byte[][] SmallEntries = Lines(TlogVectors.SmallTree, "leaf[")
        .Select(line => Convert.FromHexString(line.Split('"')[1])).ToArray();

    public static readonly Hash[] SmallLeaves = Lines(TlogVectors.SmallTree, "leaf[")
        .Select(line => Hash.Parse(line.Split(' ')[^1])).ToArray();

    public static readonly Hash[] SmallRoots = Lines(TlogVectors.SmallTree, "root[")
        .Select(line => Hash.Parse(line.Split(' ')[^1])).ToArray();

    public static IEnumerable<(long Index, long Size, Hash[] Proof)> SmallInclusion() =>
        from line in Lines(TlogVectors.SmallInclusion, "incl ")
        let head = line.Split(':')[0].Split(' ', '=')
        select (long.Parse(head[2]), long.Parse(head[4]), Hashes(line.Split(':')[1]));

    public static IEnumerable<(long Old, long New, Hash[] Proof)> SmallConsistency() =>
        from line in Lines(TlogVectors.SmallConsistency, "cons ")
        let head = line.Split(':')[0].Split(' ', '-', '>')
        select (long.Parse(head[1]), long.Parse(head[3]), Hashes(line.Split(':')[1]));

    public static IEnumerable<(int Size, Hash Root)> LargeRoots() =>
        from line in Lines(TlogVectors.LargeTree, "root size=")
        let fields = line.Split(' ', '=')
        select (int.Parse(fields[2]), Hash.Parse(fields[3]));

    public static IEnumerable<(string Path, int Length, Hash Sha256, Hash First)> LargeTiles() =>
        from line in Lines(TlogVectors.LargeTree, "tile/")
        let fields = line.Split(' ', '=')
        select (fields[0], int.Parse(fields[2]), Hash.Parse(fields[4]), Hash.Parse(fields[6]));

    public static IEnumerable<(long Size, long Index, int Count, Hash Sha256)> LargeInclusion() =>
        from line in Lines(TlogVectors.LargeTree, "incl size=")
        let fields = line.Split(' ', '=')
        select (long.Parse(fields[2]), long.Parse(fields[4]), int.Parse(fields[6]), Hash.Parse(fields[8]));

    public static IEnumerable<(long Old, long New, int Count, Hash Sha256)> LargeConsistency() =>
        from line in Lines(TlogVectors.LargeTree, "cons ")
        let fields = line.Split(' ', '=')
        let sizes = fields[1].Split("->")
        select (long.Parse(sizes[0]), long.Parse(sizes[1] == "" ? fields[2] : sizes[1]), int.Parse(fields[^3]), Hash.Parse(fields[^1]));

    public static Hash Digest(IEnumerable<Hash> proof) => new(SHA256.HashData(proof.SelectMany(hash => hash.ToArray()).ToArray()));

    static IEnumerable<string> Lines(string vectors, string prefix) =>
        vectors.Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal));

    static Hash[] Hashes(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Hash.Parse).ToArray();
}
