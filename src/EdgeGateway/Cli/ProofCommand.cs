using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw proof verify</c>: needs the proof, the leaf's hash and the key, and nothing of a gateway.</summary>
static class ProofCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("proof", "Proofs that stand by themselves.") { Verify(settings) };

    static Command Verify(IReadOnlyList<string> settings)
    {
        var file = new Argument<string>("FILE");
        var leaf = new Option<string>("--leaf") { Required = true, Description = "The leaf hash: SHA-256(0x00 ‖ leaf), 64 hexadecimal digits.", HelpName = "HEX" };
        var key = new Option<string>("--key") { Required = true, Description = "The log's public key (vkey), or a file that holds it.", HelpName = "VKEY" };
        var command = new Command("verify", "Check a .tlog-proof.") { file, leaf, key };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var path = parsed.GetValue(file)!;
            if (!Hash.TryParse(parsed.GetValue(leaf), out var leafHash))
            {
                throw new GatewayException($"'{Evidence.DisplayText.Of(parsed.GetValue(leaf))}' is not a leaf hash: 64 hexadecimal digits are needed.", exitCode: 2);
            }

            if (new FileInfo(path) is { Exists: true, Length: > TlogProof.MaximumBytes } large)
            {
                throw new GatewayException($"'{path}' has {large.Length} bytes; a proof has at most {TlogProof.MaximumBytes}.");
            }

            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            var verdict = TlogProof.TryParse(bytes, out var proof, out var error)
                ? proof.Verify(leafHash, LedgerCommand.ReadKey(parsed.GetValue(key)!))
                : null;
            var good = verdict?.IsGood == true;
            var sentence = verdict?.Sentence ?? $"'{path}' is not a proof: {error}";
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
