using EdgeGateway.Gateway;
using EdgeGateway.Storage.Files;
using EdgeGateway.Texts;

namespace EdgeGateway.Backup;

/// <summary>
/// Says, in the data directory that a backup is being restored into, that it is not whole yet: without it a start would find no
/// ledger there and make a first one.
/// </summary>
static class RestoreMark
{
    public static string PathIn(string data) => Path.Combine(data, "restore.unfinished");

    public static void Set(string data) =>
        AtomicFile.Write(PathIn(data), "A backup is being restored here.\n"u8, UnixFileMode.UserRead | UnixFileMode.UserWrite);

    public static void Clear(string data)
    {
        File.Delete(PathIn(data));
        DurableDirectory.Sync(data);
    }

    /// <exception cref="GatewayException">A restore was cut off here.</exception>
    public static void Refuse(string data)
    {
        if (File.Exists(PathIn(data)))
        {
            throw Failure.Of("restore.cut-off", data);
        }
    }
}
