using System.Globalization;

namespace EdgeGateway.Bags;

/// <summary>
/// Names within a bag. Only letters, digits, dot, hyphen and underscore, so that every tool agrees on what a manifest
/// says (RFC 8493 wants percent signs and line breaks escaped, and most tools do not), and no name leads out of the bag.
/// </summary>
static class BagPath
{
    public const string Declaration = "bagit.txt";
    public const string DeclarationText = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
    public const string Information = "bag-info.txt";
    public const string Manifest = "manifest-sha256.txt";
    public const string TagManifest = "tagmanifest-sha256.txt";
    public const string Guide = "VERIFY.txt";
    public const string Script = "verify.sh";
    public const string Payload = "data/";

    /// <summary>The list of electronic data, three times.</summary>
    public const string Csv = "data/list.csv";
    public const string PlainText = "data/list.txt";
    public const string Html = "data/list.html";

    /// <summary>The checkpoint that all entries of the bag are proven against, and the key that signed it.</summary>
    public const string Ledger = "data/ledger/";

    /// <summary>The logs that go on from the one of the items, by number from 1.</summary>
    public const string Logs = "data/logs/";

    /// <summary>In an item's folder: its proof against the checkpoint that witnesses cosigned.</summary>
    public const string WitnessedProof = "witnessed.tlog-proof";

    const int MaximumLength = 200;

    /// <summary>The logs before the one of the items, by number from 1, the nearest first.</summary>
    public const string Earlier = "data/earlier/";

    /// <summary>The checkpoint and keys of a log: 0 is the one of the items, then those that go on from it; -1 is the one before it, and so on.</summary>
    public static string Log(int number) => number == 0 ? Ledger : string.Create(CultureInfo.InvariantCulture, $"{(number > 0 ? Logs : Earlier)}{Math.Abs(number)}/");

    /// <summary>A log's time-stamps and cosignatures, by index.</summary>
    public static string Anchors(int log) => log == 0 ? "data/anchors/" : $"{Log(log)}anchors/";

    /// <summary>A log's checkpoints that witnesses cosigned, by size.</summary>
    public static string Witnessed(int log) => log == 0 ? "data/witnessed/" : $"{Log(log)}witnessed/";

    /// <summary>What a log says of an item, by index.</summary>
    public static string History(string item, int log) => log == 0 ? $"{item}/history/" : string.Create(CultureInfo.InvariantCulture, $"{item}/later/{log}/");

    /// <summary>In a log's folder the leaves behind the export's records, by index.</summary>
    public static string After(string log) => $"{log}after/";

    /// <summary>The folder of an item.</summary>
    public static string Item(long index) => Payload + index.ToString(CultureInfo.InvariantCulture);

    public static bool IsSafe(string path) => path.Length <= MaximumLength && path.Split('/').All(IsName);

    public static bool IsPayload(string path) => path.StartsWith(Payload, StringComparison.Ordinal);

    static bool IsName(string name) =>
        name.Length > 0 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
