using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Storage.Files;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary>
/// <c>edgegw device credential</c>: a new secret, a certificate that the device has, or one that the gateway's authority issues for a key
/// that the device made itself.
/// </summary>
static class DeviceCredential
{
    const UnixFileMode Public = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static Command Create(IReadOnlyList<string> settings)
    {
        var id = new Argument<string>("ID");
        var certificate = Values.File("--cert");
        var request = Values.File("--request");
        var days = Values.Number("--days", 1, "N");
        var output = Values.NewFile("--out");
        var command = new Command("credential") { id, certificate, request, days, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var (certificateFile, requestFile, file) = (parsed.GetValue(certificate), parsed.GetValue(request), parsed.GetValue(output));
            if (certificateFile is not null && requestFile is not null) throw Failure.Usage("usage.not-both", "--cert", "--request");
            if (requestFile is null && (file is not null || parsed.GetValue(days) is not null)) throw Failure.Usage("usage.only-with", file is null ? "--days" : "--out", "--request");
            var arguments = new JsonObject
            {
                ["id"] = parsed.GetValue(id),
                ["certificate"] = certificateFile is null ? null : CertificateFile.Certificate("--cert", certificateFile),
                ["request"] = requestFile is null ? null : CertificateFile.Request("--request", requestFile),
                ["days"] = parsed.GetValue(days),
            };
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = (await link.CallAsync("device-credential", arguments, cancellationToken)).AsObject();
            if (file is not null) AtomicFile.Write(Path.GetFullPath(file), Encoding.ASCII.GetBytes(answer["certificate"]!.GetValue<string>()), Public);
            Show(answer, options, file);
            return 0;
        });
        return command;
    }

    /// <summary>A device after a change, with what is shown only this once.</summary>
    public static void Show(JsonObject answer, CommandLine options, string? file = null)
    {
        if (options.Json)
        {
            Output.Json(Console.Out, answer);
            return;
        }

        var pem = answer["certificate"]?.GetValue<string>();
        answer.Remove("certificate");
        if (answer["secret"] is null) answer.Remove("secret");
        Output.Fields(Console.Out, options.Site, answer);
        if (answer.ContainsKey("secret")) Console.Error.WriteLine(Said.Of("device.secret"));
        if (pem is null) return;
        if (file is null) Console.Out.Write(pem);
        else Console.Out.WriteLine(Said.Of("device.certificate", file));
    }
}
