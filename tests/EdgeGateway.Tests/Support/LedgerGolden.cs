namespace EdgeGateway.Tests.Support;

/// <summary>
/// Files that say for ever what version 1 of the ledger's format is, made by a program of another language from
/// docs/ledger-format.md. Never edited: a change of them is a new version of the format.
/// </summary>
static class LedgerGolden
{
    static readonly string Folder = Find();

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    public static string Digest(string name) =>
        File.ReadLines(Path.Combine(Folder, "digests.txt")).Select(line => line.Split(' ')).Single(parts => parts[0] == name)[1];

    static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "EdgeGateway.sln")))
                return Path.Combine(folder, "tests", "EdgeGateway.Tests", "Storage", "Ledger", "Golden");
        }

        throw new DirectoryNotFoundException($"'{AppContext.BaseDirectory}' is not below the folder of EdgeGateway.sln.");
    }
}
