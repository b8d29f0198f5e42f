namespace EdgeGateway.Simulators.Hj212;

/// <summary>The links under which pseudo terminals are found.</summary>
static class PtyLink
{
    /// <summary>An older link is removed, any other file is not.</summary>
    /// <exception cref="IOException">The place is taken.</exception>
    public static void MakeWay(string link)
    {
        var file = new FileInfo(link);
        if (file.LinkTarget is not null) file.Delete();
        else if (file.Exists) throw new IOException($"{link} is there and is no link: give another path, or remove it.");
    }

    /// <summary>Left behind, a link would lead to whoever gets a terminal of that number next.</summary>
    public static void Remove(string link)
    {
        if (new FileInfo(link).LinkTarget is not null) File.Delete(link);
    }
}
