using System.Globalization;
using System.Text;

namespace EdgeGateway.Gateway;

/// <summary>The lock of a data directory: one process at a time. The kernel lets go of it when the process ends, however it ends.</summary>
sealed class DataLock : IDisposable
{
    readonly FileStream _file;

    DataLock(FileStream file) => _file = file;

    /// <returns>Null when another process holds it; <see cref="Holder"/> says which.</returns>
    public static DataLock? TryTake(string data)
    {
        FileStream file;
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) on Linux.
            file = new FileStream(PathIn(data), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException) && File.Exists(PathIn(data)))
        {
            return null;
        }

        // The pid lies beside the lock: what is locked can't be read by the one who is refused.
        File.WriteAllText(PathIn(data) + ".pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), Encoding.ASCII);
        return new DataLock(file);
    }

    public static string Holder(string data) => File.Exists(PathIn(data) + ".pid") ? File.ReadAllText(PathIn(data) + ".pid") : "unknown";

    public void Dispose() => _file.Dispose();

    static string PathIn(string data) => Path.Combine(data, "lock");
}
