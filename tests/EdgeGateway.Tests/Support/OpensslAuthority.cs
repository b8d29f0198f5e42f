using System.Globalization;

namespace EdgeGateway.Tests.Support;

/// <summary>
/// A certification authority and its time-stamp authorities, all made with openssl in a folder; <c>openssl ts -reply</c>
/// answers. What listens for requests is <see cref="TsaServer"/>.
/// </summary>
sealed class OpensslAuthority : IDisposable
{
    public const string Policy = "1.2.3.4.1";

    readonly TempFolder _folder = new();

    public string Roots => _folder["ca.pem"];

    public string Folder => _folder.Path;

    public static async Task<OpensslAuthority> CreateAsync(string? crlUrl = null)
    {
        var authority = new OpensslAuthority();
        await authority.MakeRootAsync();
        await authority.MakeSignerAsync("tsa", "critical,timeStamping", crlUrl: crlUrl);
        return authority;
    }

    /// <summary>A certificate of the authority's own CA.</summary>
    /// <param name="usage">Extended key usage; null for none.</param>
    /// <param name="issuedAt">As faketime reads it, e.g. <c>-400d</c>.</param>
    public async Task MakeSignerAsync(string name, string? usage, string? issuedAt = null, int days = 365, string? crlUrl = null)
    {
        var extensions = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n"
            + (usage is null ? "" : $"extendedKeyUsage={usage}\n") + (crlUrl is null ? "" : $"crlDistributionPoints=URI:{crlUrl}\n");
        await File.WriteAllTextAsync(_folder[$"{name}.ext"], extensions);
        await Openssl.RunAsync(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", _folder[$"{name}.key"], "-out", _folder[$"{name}.csr"], "-subj", $"/CN=Test TSA {name}");
        string[] sign =
        [
            "x509", "-req", "-in", _folder[$"{name}.csr"], "-CA", Roots, "-CAkey", _folder["ca.key"], "-CAcreateserial", "-out", _folder[$"{name}.pem"],
            "-days", days.ToString(CultureInfo.InvariantCulture), "-extfile", _folder[$"{name}.ext"],
        ];
        if (issuedAt is null) await Openssl.RunAsync(sign);
        else await Openssl.RunAtAsync(issuedAt, sign);
        await File.WriteAllTextAsync(_folder[$"{name}.cnf"], $"""
            [tsa]
            default_tsa = t1
            [t1]
            serial = {_folder[$"{name}.serial"]}
            crypto_device = builtin
            signer_cert = {_folder[$"{name}.pem"]}
            signer_key = {_folder[$"{name}.key"]}
            certs = {Roots}
            signer_digest = sha256
            default_policy = {Policy}
            other_policies = 1.2.3.4.5
            digests = sha256
            accuracy = secs:1
            ordering = no
            tsa_name = yes
            ess_cert_id_chain = no
            ess_cert_id_alg = sha256
            """);
        await File.WriteAllTextAsync(_folder[$"{name}.serial"], "01\n");
    }

    /// <summary>Where its clock stands, as faketime reads it; null for the machine's time.</summary>
    public string? Now { get; set; }

    /// <summary>What the authority says to a request: a response in DER.</summary>
    public async Task<byte[]> ReplyAsync(byte[] query, string signer = "tsa")
    {
        var name = Guid.NewGuid().ToString("N");
        await File.WriteAllBytesAsync(_folder[$"{name}.tsq"], query);
        string[] reply = ["ts", "-reply", "-config", _folder[$"{signer}.cnf"], "-queryfile", _folder[$"{name}.tsq"], "-out", _folder[$"{name}.tsr"]];
        if (Now is null) await Openssl.RunAsync(reply);
        else await Openssl.RunAtAsync(Now, reply);
        return await File.ReadAllBytesAsync(_folder[$"{name}.tsr"]);
    }

    /// <summary>Has a file stamped as a person would; the response lies beside the authority's own files.</summary>
    public async Task<string> StampAsync(string file)
    {
        await Openssl.RunAsync("ts", "-query", "-data", file, "-sha256", "-cert", "-out", _folder["stamped.tsq"]);
        await File.WriteAllBytesAsync(_folder["stamped.tsr"], await ReplyAsync(await File.ReadAllBytesAsync(_folder["stamped.tsq"])));
        return _folder["stamped.tsr"];
    }

    /// <summary>The same content signed by any certificate at all, which <c>openssl ts</c> would refuse to sign with.</summary>
    public async Task<byte[]> ResignAsync(byte[] content, string signer)
    {
        var name = Guid.NewGuid().ToString("N");
        await File.WriteAllBytesAsync(_folder[$"{name}.tst"], content);
        await Openssl.RunAsync(
            "cms", "-sign", "-binary", "-nodetach", "-cades", "-md", "sha256", "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-in", _folder[$"{name}.tst"],
            "-signer", _folder[$"{signer}.pem"], "-inkey", _folder[$"{signer}.key"], "-outform", "DER", "-out", _folder[$"{name}.p7s"]);
        return await File.ReadAllBytesAsync(_folder[$"{name}.p7s"]);
    }

    /// <summary>A revocation list of the CA in DER, with a signer on it or none, and so many that are nobody's.</summary>
    public async Task<byte[]> RevocationListAsync(string? revoked = null, int others = 0)
    {
        await File.WriteAllTextAsync(_folder["ca.cnf"], $"[ca]\ndefault_ca=c\n[c]\ndatabase={_folder["index.txt"]}\ncrlnumber={_folder["crlnumber"]}\ndefault_md=sha256\ndefault_crl_days=30\n");
        await File.WriteAllTextAsync(_folder["index.txt"], string.Concat(Enumerable.Range(0x10000, others).Select(serial => $"R\t350101000000Z\t260101000000Z\t0{serial:X}\tunknown\t/CN={serial}\n")));
        await File.WriteAllTextAsync(_folder["crlnumber"], "01\n");
        string[] ca = ["ca", "-config", _folder["ca.cnf"], "-cert", Roots, "-keyfile", _folder["ca.key"]];
        if (revoked is not null) await Openssl.RunAsync([.. ca, "-revoke", _folder[$"{revoked}.pem"]]);
        await Openssl.RunAsync([.. ca, "-gencrl", "-out", _folder["crl.pem"]]);
        await Openssl.RunAsync("crl", "-in", _folder["crl.pem"], "-outform", "DER", "-out", _folder["crl.der"]);
        return await File.ReadAllBytesAsync(_folder["crl.der"]);
    }

    public void Dispose() => _folder.Dispose();

    Task MakeRootAsync() => Openssl.RunAtAsync(
        "-1000d", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", _folder["ca.key"], "-out", Roots, "-days", "9000",
        "-subj", "/CN=Test Root CA", "-addext", "keyUsage=critical,keyCertSign,cRLSign");
}
