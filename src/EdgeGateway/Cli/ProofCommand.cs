using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw proof verify</c>: needs the proof, the leaf's hash and the key, and nothing of a gateway.</summary>
static class ProofCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("proof") { Verify(settings) };

    static Command Verify(IReadOnlyList<string> settings)
    {
        var file = Values.ExistingFile("FILE");
        var leaf = Values.Checked("--leaf", text => Hash.TryParse(text, out _) ? null : Said.Of("usage.hash"));
        (leaf.Required, leaf.HelpName) = (true, "HEX");
        var key = LedgerCommand.Key();
        key.Required = true;
        var command = new Command("verify") { file, leaf, key };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var path = parsed.GetValue(file)!;
            var leafHash = Hash.Parse(parsed.GetValue(leaf)!);
            if (new FileInfo(path) is { Exists: true, Length: > TlogProof.MaximumBytes } large)
            {
                throw Failure.Of("proof.large", path, large.Length, TlogProof.MaximumBytes);
            }

            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            var verdict = TlogProof.TryParse(bytes, out var proof, out var error)
                ? proof.Verify(leafHash, LedgerCommand.ReadKey(parsed.GetValue(key)!))
                : null;
            var good = verdict?.IsGood == true;
            var sentence = verdict?.Sentence ?? Said.Of("proof.unreadable", path, error);
            if (options.Json)
            {
                Output.Json(Console.Out, new JsonObject
                {
                    ["ok"] = good,
                    ["index"] = proof?.Index,
                    ["size"] = proof?.Checkpoint.Size,
                    ["origin"] = proof?.Checkpoint.Origin,
                    ["sentence"] = sentence,
                });
            }
            else
            {
                (good ? Console.Out : Console.Error).WriteLine(sentence);
            }

            return good ? 0 : 1;
        });
        return command;
    }
}
