namespace EdgeGateway.Tests.Support;

/// <summary>A time-stamp authority of a few files, which answers by <c>openssl ts</c>.</summary>
sealed class OpensslAuthority
{
    const string Configuration = """
        [req]
        distinguished_name = dn
        prompt = no
        x509_extensions = root
        [dn]
        CN = Test root
        [root]
        basicConstraints = critical,CA:TRUE
        keyUsage = critical,keyCertSign
        [signer]
        basicConstraints = critical,CA:FALSE
        keyUsage = critical,digitalSignature
        extendedKeyUsage = critical,timeStamping
        [tsa]
        default_tsa = one
        [one]
        serial = serial
        signer_digest = sha256
        default_policy = 1.3.6.1.4.1.99999.1
        digests = sha256
        ess_cert_id_alg = sha256
        """;

    readonly string _folder;

    OpensslAuthority(string folder) => _folder = folder;

    /// <summary>Its root certificate, PEM.</summary>
    public string Root => Path.Combine(_folder, "root.pem");

    public static async Task<OpensslAuthority> MakeAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var authority = new OpensslAuthority(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "cnf"), Configuration);
        await File.WriteAllTextAsync(Path.Combine(folder, "serial"), "01\n");
        await authority.OpensslAsync("req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -config cnf -days 3650");
        await authority.OpensslAsync("req -newkey rsa:2048 -nodes -keyout signer.key -out signer.csr -subj /CN=Signer -config cnf");
        await authority.OpensslAsync("x509 -req -in signer.csr -CA root.pem -CAkey root.key -CAcreateserial -out signer.pem -days 3000 -extfile cnf -extensions signer");
        return authority;
    }

    /// <returns>The file with its reply, DER.</returns>
    public async Task<string> StampAsync(string file)
    {
        await OpensslAsync($"ts -query -data {file} -sha256 -cert -out query");
        await OpensslAsync("ts -reply -config cnf -queryfile query -signer signer.pem -inkey signer.key -chain root.pem -out reply");
        return Path.Combine(_folder, "reply");
    }

    async Task OpensslAsync(string arguments)
    {
        // openssl reads file names against its own working directory, the configuration's too.
        var result = await E2eCommand.RunAsync("sh", ["-c", $"cd '{_folder}' && exec openssl {arguments}"]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }
}
