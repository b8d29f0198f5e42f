using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>The page that a site files on paper.</summary>
public sealed class FingerprintTests
{
    [Fact]
    public async Task The_page_names_every_key_in_both_languages()
    {
        await using var station = await E2eStation.StartedAsync();
        var ready = station.Gateway.Ready.GetProperty("key").GetString()!;
        Assert.Equal(0, await station.Gateway.StopAsync());
        var witness = WitnessKeys.Witness("tower.example", 5).Verifier;
        await File.WriteAllTextAsync(station.Beside("policy"), $"log {ready}\n# administration 甲局\nwitness tower {witness}\n# operator tower 乙中心\nquorum tower\n");
        using var key = ECDsa.Create();
        using var root = new CertificateRequest("CN=测试时间戳根", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(90));
        await File.WriteAllTextAsync(station.Beside("root.pem"), root.ExportCertificatePem());
        string[] settings =
        [
            $"--Witness:Policy={station.Beside("policy")}", "--Timestamps:Authorities:0:Name=tsa-cn", "--Timestamps:Authorities:0:Url=http://tsa.example/",
            $"--Timestamps:Authorities:0:Roots={station.Beside("root.pem")}", "--Timestamps:Authorities:1:Name=tsa-gone", "--Timestamps:Authorities:1:Url=http://gone.example/",
            $"--Timestamps:Authorities:1:Roots={station.Beside("absent.pem")}",
        ];

        var page = (await station.RunAsync(["ledger", "fingerprints", .. settings])).Output;
        var json = await station.AskAsync(["ledger", "fingerprints", .. settings]);

        var recovery = json.GetProperty("recovery").GetProperty("vkey").GetString()!;
        Assert.StartsWith(json.GetProperty("origin").GetString() + "/recovery+", recovery, StringComparison.Ordinal);
        foreach (var vkey in (string[])[ready, recovery, witness.ToString()])
        {
            Assert.Contains(vkey, page, StringComparison.Ordinal);
            Assert.Contains(FirstLine(SHA256.HashData(Encoding.UTF8.GetBytes(vkey))), page, StringComparison.Ordinal);
        }

        Assert.Contains(FirstLine(SHA256.HashData(root.RawData)), page, StringComparison.Ordinal);
        Assert.All((string[])["密钥指纹登记表", "Register of key fingerprints", "乙中心", "tsa-cn", "tsa-gone", "absent.pem"], text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.DoesNotContain("Register", (await station.RunAsync(["ledger", "fingerprints", "--lang", "zh-CN", .. settings])).Output, StringComparison.Ordinal);
    }

    static string FirstLine(byte[] digest) => string.Join(' ', Convert.ToHexStringLower(digest).Chunk(4).Take(8).Select(group => new string(group)));
}
