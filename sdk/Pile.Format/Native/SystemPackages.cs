namespace Pile.Format;

/// <summary>The packages that contain a native library, by distribution.</summary>
internal sealed record SystemPackages(string Debian12, string Debian13, string Ubuntu2204, string Ubuntu2404, string Fedora, string Conda)
{
    private const string ReleaseFile = "/etc/os-release";

    /// <summary>Returns a sentence with the command that installs the package on this machine.</summary>
    internal string InstallAdvice() => InstallAdvice(File.Exists(ReleaseFile) ? File.ReadAllLines(ReleaseFile) : [],
        Environment.GetEnvironmentVariable("CONDA_PREFIX"));

    /// <summary>Returns a sentence with the command that installs the package.</summary>
    /// <param name="release">The lines of the file <c>os-release</c> (freedesktop.org, os-release(5)).</param>
    /// <param name="condaPrefix">The active conda environment; null or empty if no environment is active.</param>
    internal string InstallAdvice(IReadOnlyList<string> release, string? condaPrefix)
    {
        if (!string.IsNullOrEmpty(condaPrefix))
            return $"Install it: conda install -c conda-forge {Conda}";
        string id = Value(release, "ID"), version = Value(release, "VERSION_ID");
        string[] related = [id, .. Value(release, "ID_LIKE").Split(' ')];
        return (id, version) switch
        {
            ("debian", "12") => Apt(Debian12),
            ("debian", "13") => Apt(Debian13),
            ("ubuntu", "22.04") => Apt(Ubuntu2204),
            ("ubuntu", "24.04") => Apt(Ubuntu2404),
            _ when related.Contains("fedora") => $"Install it: sudo dnf install {Fedora}",
            _ when related.Contains("debian") => $"Install the one of these packages that your release has: {string.Join(", ",
                new[] { Debian12, Debian13, Ubuntu2204, Ubuntu2404 }.Distinct())}.",
            _ => $"Install it with your package manager ('{Fedora}' in Fedora, '{Debian12}' in Debian 12), or: conda install -c "
                + $"conda-forge {Conda}",
        };
    }

    private static string Apt(string package) => $"Install it: sudo apt-get install {package}";

    private static string Value(IReadOnlyList<string> release, string key) =>
        release.FirstOrDefault(line => line.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..].Trim('"', '\'') ?? "";
}
