using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Profiles;

public sealed class ProfileCatalogTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("edgegw-profiles-").FullName;

    [Fact]
    public void Good_files_are_found_by_id_and_wrong_ones_are_told_about()
    {
        Write("camera.yaml", ProfileTexts.Mqtt);
        Write("analyser.yaml", ProfileTexts.Serial.Replace("parity: even", "parity: mark"));
        Write("notes.txt", "not looked at");

        var reading = ProfileCatalog.Load(_folder);

        Assert.Equal("camera", reading.Catalog.Find("camera")?.Id);
        Assert.Null(reading.Catalog.Find("analyser"));
        var error = Assert.Single(reading.Errors);
        Assert.Equal(Path.Combine(_folder, "analyser.yaml"), error.File);
        Assert.StartsWith($"{error.File}: line 7, column", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_must_be_named_by_its_profile()
    {
        Write("kamera.yaml", ProfileTexts.Mqtt);

        var reading = ProfileCatalog.Load(_folder);

        Assert.Empty(reading.Catalog.All);
        Assert.Contains("must be in a file camera.yaml", Assert.Single(reading.Errors).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_that_stands_in_two_files_is_an_error()
    {
        Write("camera.yaml", ProfileTexts.Mqtt);
        Write("camera2.yaml", ProfileTexts.Mqtt);

        Assert.Contains("keep one", Assert.Single(ProfileCatalog.Load(_folder).Errors).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_ending_and_a_missing_directory_are_errors()
    {
        Write("camera.yml", ProfileTexts.Mqtt);

        Assert.Contains("rename the file", Assert.Single(ProfileCatalog.Load(_folder).Errors).Error.Message, StringComparison.Ordinal);
        Assert.Contains("not there", Assert.Single(ProfileCatalog.Load(Path.Combine(_folder, "none")).Errors).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_file_is_refused_without_being_read_whole()
    {
        using (var file = File.Create(Path.Combine(_folder, "huge.yaml"))) file.SetLength(1L << 30);

        Assert.Contains("at most", Assert.Single(ProfileCatalog.Load(_folder).Errors).Error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
