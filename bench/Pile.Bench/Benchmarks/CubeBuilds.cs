using Pile.Bench.Harness;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures <c>pile build</c> of large cubes against <c>cp</c> and <c>sha256sum</c> of their files, and <c>pile read</c> of one
/// cube against <c>cat</c>.</summary>
internal static class CubeBuilds
{
    private const int Rounds = 3, ReadRounds = 5;
    private const double MinRatio = 0.5, MaxGiB = 1;
    private const string Kind = "cubes", Id = "8000-12701", Columns = "cube_flux,cube_ivar,cube_mask,cube_lsf_sigma";
    private const string Dataset = $"{SurveyBuilds.Folder}/{Kind}-dataset", Copy = $"{SurveyBuilds.Folder}/{Kind}-copy",
        One = $"{SurveyBuilds.Folder}/{Kind}-one", Joined = $"{SurveyBuilds.Folder}/{Kind}-cat";

    private const string Source = "{ kind: cube, layout: manga, files: cubes/*-LOGCUBE.fits, "
        + "maps: { replace: [LOGCUBE, MAPS-HYB10-MILESHC-MASTARSSP] } }";

    private static readonly string[] Build = ["build", $"{SurveyBuilds.Folder}/{Kind}.yaml", "--out", Dataset, "--quiet"],
        Read = ["read", Dataset, "--id", Id, "--columns", Columns, "--out", One, "--quiet"];

    internal static string Command => $"out/pile {string.Join(' ', Build)}";

    internal static string ReadCommand => $"out/pile {string.Join(' ', Read)}";

    /// <summary>Builds and reads, and returns the figures.</summary>
    /// <exception cref="BenchFailedException">The flux of a cube is not that of its file.</exception>
    internal static Figure[] Measure()
    {
        SurveyBuilds.WriteRecipe(Kind, Source, "codec: none");
        SurveyBuilds.BringIn(Kind);
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(Folders.Root, SurveyBuilds.Folder, Kind)).Order(StringComparer.Ordinal)
            .Select(f => Path.GetRelativePath(Folders.Root, f))];
        List<ProgramRun> builds = [];
        Duel build = Duel.Run("cubes", () =>
        {
            SurveyBuilds.Prepare(Dataset);
            builds.Add(ProgramRun.RunWithMemory(Folders.Program, Build));
            return new Pass(builds[^1].Seconds, "");
        }, () => new Pass(CopyAndSum(files), ""), Rounds, warmUp: false);
        // Fills the folder that cat reads. The cube is then compared with its file.
        ReadOne();
        ProgramRun.Run(SurveyExport.Python, $"bench/peers/{SurveyExport.Script}", "cube", files.First(f => f.Contains($"{Id}-LOGCUBE",
            StringComparison.Ordinal)), Dataset, Id, $"{One}/{Id}.cube_flux.npy");
        Duel read = Duel.Run("one cube", ReadOne, Cat, ReadRounds);
        foreach (string folder in (string[])[Dataset, One])
            SurveyBuilds.Remove(folder);
        File.Delete(Path.Combine(Folders.Root, Joined));
        double gib = builds.Max(b => b.PeakBytes) / (double)(1 << 30);
        return
        [
            Figure.Of("ten MaNGA cubes, codec none", build, SurveyBuilds.Seconds, "cp, sha256sum", MinRatio),
            Figure.Alone("the same, peak memory", SurveyBuilds.MemoryOf(builds), $"≤ {MaxGiB:0} GiB", gib <= MaxGiB),
            Figure.Of("one of them to files, `pile read`", read, SurveyBuilds.Seconds, "cat", MinRatio),
        ];
    }

    private static double CopyAndSum(string[] files)
    {
        SurveyBuilds.Prepare(Copy);
        Directory.CreateDirectory(Path.Combine(Folders.Root, Copy));
        double seconds = ProgramRun.Run("/bin/cp", [.. files, Copy]).Seconds + ProgramRun.Run("/usr/bin/sha256sum", files).Seconds;
        SurveyBuilds.Remove(Copy);
        return seconds;
    }

    // Into a file, as `pile read` does: the same bytes are read and written.
    private static Pass Cat() => new(ProgramRun.Run("/bin/sh", "-c", $"cat {One}/*.npy > {Joined}").Seconds, "");

    private static Pass ReadOne()
    {
        SurveyBuilds.Remove(One);
        return new Pass(ProgramRun.Run(Folders.Program, Read).Seconds, "");
    }
}
