using EdgeGateway.Devices;

namespace EdgeGateway.Video;

/// <summary>User names and passwords of cameras, read when a stream is opened and kept nowhere.</summary>
static class VideoSecrets
{
    const int MaximumBytes = 4096;
    const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <returns>Null where the settings name none for this camera.</returns>
    /// <exception cref="IOException">The password's file can't be read, or others can.</exception>
    public static (string UserName, string Password)? Read(VideoOptions options, DeviceId device)
    {
        if (!options.Credentials.TryGetValue(device.Value, out var credential)) return null;
        var file = new FileInfo(credential.PasswordFile!);
        if (!file.Exists) throw new IOException($"Video:Credentials:{device}:PasswordFile '{file.FullName}' is not there.");
        if ((file.UnixFileMode & Others) != 0) throw new IOException($"Others can read '{file.FullName}': chmod 600 it.");
        if (file.Length > MaximumBytes) throw new IOException($"'{file.FullName}' has more than {MaximumBytes} bytes: its first line is the password.");
        try
        {
            return (credential.UserName!, File.ReadLines(file.FullName).FirstOrDefault() ?? "");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Every form in which a program may repeat them.</summary>
    public static IReadOnlyList<string> Forms((string UserName, string Password)? credential) => credential is not var (name, password)
        ? []
        : [.. new[] { Uri.EscapeDataString(password), password, Uri.EscapeDataString(name), name }.Where(form => form.Length > 0)];
}
