using EdgeGateway.Gateway;
using EdgeGateway.Ledger;

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
            if (!Console.IsInputRedirected) Console.Error.Write("Recovery key: ");
            text = Console.In.ReadLine() ?? "";
        }
        else
        {
            if (!File.Exists(path)) throw new GatewayException($"The recovery key's file '{path}' is not there: type the key from paper into one, or give - to be asked for it.", exitCode: 2);
            if (new FileInfo(path).Length > MaximumBytes) throw new GatewayException($"The recovery key's file '{path}' is larger than {MaximumBytes} bytes: it should hold one line, the key.", exitCode: 2);
            text = File.ReadAllText(path);
        }

        return SigningKey.TryParse(text.Trim(), out var key, out var error)
            ? key
            : throw new GatewayException($"'{path}' does not hold a recovery key: {error} Give the file with the line from paper.", exitCode: 2);
    }
}
