using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Cli;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Tls;

namespace EdgeGateway.Checks;

/// <summary>The certificate that devices see, and for how long yet.</summary>
static class TlsCheck
{
    const int SoonDays = 30;

    public static CheckResult Run(CommandLine line, TimeProvider time)
    {
        var options = line.Configuration.GetSection(MqttOptions.Section).Get<MqttOptions>() ?? new MqttOptions();
        if (!options.ListensWithTls) return CheckResult.Note("tls", CheckResult.Text("tls.off"));
        var path = options.TlsCertificate ?? ServerCertificates.PathIn(line.Data);
        if (options.TlsCertificate is null && !File.Exists(path)) return CheckResult.Note("tls", CheckResult.Text("tls.none"));
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(path));
            var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } alternatives
                ? string.Join(", ", [.. alternatives.EnumerateDnsNames(), .. alternatives.EnumerateIPAddresses().Select(address => address.ToString())])
                : certificate.Subject;
            var end = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
            var days = (end - time.GetUtcNow()).Days;
            var text = CheckResult.Text("tls.certificate", path, Evidence.DisplayText.Of(names), line.Site.Show(end), days);
            return end <= time.GetUtcNow() ? CheckResult.Bad("tls", CheckResult.Text("tls.ended", text))
                : days < SoonDays && options.TlsCertificate is not null ? CheckResult.Note("tls", CheckResult.Text("tls.soon", text))
                : CheckResult.Good("tls", text);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return CheckResult.Bad("tls", CheckResult.Text("tls.unreadable", path, e.Message));
        }
    }
}
