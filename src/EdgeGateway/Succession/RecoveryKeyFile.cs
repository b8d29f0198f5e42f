using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Succession;

/// <summary>The recovery key as someone typed it off the paper: from a file or a prompt, never from an argument.</summary>
static class RecoveryKeyFile
{
    const int MaximumBytes = 4096;

    /// <param name="path">A file, or <c>-</c> for the standard input.</param>
    /// <exception cref="GatewayException">It is not there or no key; the message never repeats what was in it.</exception>
    public static SigningKey Read(string path)
    {
        string text;
        if (path == "-")
        {
            if (!Console.IsInputRedirected) Console.Error.Write(Said.Of("recovery.prompt"));
            text = Console.In.ReadLine() ?? "";
        }
        else
        {
            if (!File.Exists(path)) throw Failure.Usage("recovery.no-file", path);
            if (new FileInfo(path).Length > MaximumBytes) throw Failure.Usage("recovery.large", path, MaximumBytes);
            text = File.ReadAllText(path);
        }

        return SigningKey.TryParse(text.Trim(), out var key, out var error)
            ? key
            : throw Failure.Usage("recovery.no-key", path, error);
    }
}
