using System.CommandLine;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>--recovery-key</c>: a file that the key from paper was typed into, or <c>-</c> to be asked for it; never the key itself.</summary>
static class RecoveryKeyOption
{
    public static Option<string> Create()
    {
        var option = Values.Checked("--recovery-key", text => text == "-" || File.Exists(text) ? null : Said.Of("usage.no-recovery-file"));
        option.HelpName = "FILE";
        return option;
    }
}
