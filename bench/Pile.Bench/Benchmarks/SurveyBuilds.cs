using System.Globalization;
using Pile.Bench.Harness;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures how fast files of surveys become datasets: spectra, cut-outs and coadds against the same export in Python, and cubes
/// against a copy of the files with their checksums. All are whole processes.</summary>
internal sealed class SurveyBuilds : IBenchmark
{
    /// <summary>The folder of the work files, relative to the repository.</summary>
    internal const string Folder = "bench/.work/builders"; // of Folders.Work(Name)

    private const int Rounds = 3, Order = 4; // the order of the peer's cells
    private const double MinRatio = 5, MinScaling = 1.7, MaxGiB = 1, GiB = 1 << 30;
    private const double InputGigabytes = 7, OutputGigabytes = 16;

    private static readonly SurveyExport Spectra = new("spectra", "{ kind: sdss-spectrum, files: spectra/spec-*.fits }"),
        Frames = new("frames", $"{{ kind: fits-cutout, catalogue: frames/objects.csv, size: 96, bands: [{string.Join(", ", Bands())}] }}"),
        Coadds = new("coadds", "{ kind: desi-spectrum, files: coadds/coadd-*.fits }");

    public string Name => "builders";

    public IReadOnlyList<string> PeerScripts => [SurveyExport.InputScript, SurveyExport.Script];

    public void Require()
    {
        ProgramRun.RequireTime();
        Folders.RequireProgram();
        if (!File.Exists(SurveyExport.Taskset))
            throw new BenchFailedException($"taskset is missing at {SurveyExport.Taskset}: apt-get install util-linux");
        RequireDisk();
    }

    public Task<Section> RunAsync()
    {
        Peer.Generate(SurveyExport.InputScript, Name);
        Duel spectra = Spectra.Compare("spectra", Rounds, alsoOnOneCore: true), frames = Frames.Compare("cut-outs", Rounds),
            coadds = Coadds.Compare("coadds", Rounds);
        return Task.FromResult(new Section(
            "Files of surveys",
            "Real files under new ids and positions: 2,000 `spec` files of SDSS and BOSS (0.2 to 1.1 MB), two frames of the XDF as five "
                + "bands (some mirrored) with noise (100 fields, 10,000 objects), ten coadds of DESI with 50 targets each. The export in "
                + "Python (one process) writes the same columns to HDF5 files by HEALPix pixel of order 4, as the builders of the "
                + "Multimodal Universe do: spectra uncompressed, cut-outs with lzf. Pile compresses with shuffle and deflate. Wall time "
                + $"and peak resident memory by `/usr/bin/time -v`, {Rounds} rounds; one core is `taskset -c 0`. Before each process "
                + "a quarter of the machine's memory is used and freed: its first use is slow in a virtual machine. After the first round "
                + "h5py reads both outputs: flux, inverse variance and mask agree in each bit. Ten generated cubes of 74 × 74 × 4563 with "
                + "the layout of MaNGA, uncompressed, against `cp` of the files and `sha256sum`; one of them read to `.npy` files, "
                + "against `cat` of these.",
            [
                ("spectra", Spectra.Command), ("cut-outs", Frames.Command), ("coadds", Coadds.Command), ("peer", Spectra.PeerCommand),
                ("cubes", CubeBuilds.Command), ("one cube", CubeBuilds.ReadCommand),
            ],
            [
                Figure.Of("2,000 SDSS spectra", spectra, Seconds, "astropy, h5py", MinRatio),
                Scaling("the same, from one core to two", Spectra),
                Memory("the same, peak memory", Spectra, MaxGiB),
                Figure.Of("10,000 cut-outs of 5 × 96 × 96", frames, Seconds, "Cutout2D, h5py", MinRatio),
                Memory("the same, peak memory", Frames),
                Figure.Of("500 DESI coadds", coadds, Seconds, "astropy, numpy, h5py", MinRatio),
                Memory("the same, peak memory", Coadds),
                .. CubeBuilds.Measure(),
            ]));
    }

    /// <summary>Returns a time with its unit.</summary>
    internal static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s");

    /// <summary>Returns the figure of the largest memory of some runs.</summary>
    internal static string MemoryOf(IEnumerable<ProgramRun> runs) =>
        string.Create(CultureInfo.InvariantCulture, $"{runs.Max(r => r.PeakBytes) / GiB:0.00} GiB");

    /// <summary>Writes the recipe of some files beside them.</summary>
    internal static void WriteRecipe(string kind, string source, string options = "") =>
        File.WriteAllText(Path.Combine(Folders.Root, Folder, $"{kind}.yaml"), $$"""
            pile: 1
            name: {{kind}}
            provenance: { project: Pile, survey: bench, instrument: none, release: "1" }
            licence: CC0-1.0
            citation: none
            source: {{source}}
            options: { {{(options.Length > 0 ? options : $"order: {Order}")}} }

            """);

    /// <summary>Reads all input of a kind once, so that it is in the system's cache for every round.</summary>
    internal static void BringIn(string kind)
    {
        byte[] buffer = new byte[1 << 20];
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Folders.Root, Folder, kind)))
        {
            using FileStream file = File.OpenRead(path);
            while (file.Read(buffer) > 0)
                continue;
        }
    }

    /// <summary>Removes an output, if it exists.</summary>
    internal static void Remove(string folder)
    {
        if (Directory.Exists(Path.Combine(Folders.Root, folder)))
            Directory.Delete(Path.Combine(Folders.Root, folder), recursive: true);
    }

    /// <summary>Removes the output of the round before, and brings memory in.</summary>
    internal static void Prepare(string folder)
    {
        Remove(folder);
        FreeMemory.BringIn();
    }

    private static Figure Scaling(string what, SurveyExport export)
    {
        Spread ratio = Spread.Of(export.OneCoreBuilds.Zip(export.Builds, (one, two) => one.Seconds / two.Seconds)),
            two = Spread.Of(export.Builds.Select(b => b.Seconds)), one = Spread.Of(export.OneCoreBuilds.Select(b => b.Seconds));
        return new Figure(what, Seconds(two.Median), $"one core: {Seconds(one.Median)}", ratio,
            string.Create(CultureInfo.InvariantCulture, $"≥ {MinScaling} ×"), ratio.Median >= MinScaling);
    }

    private static Figure Memory(string what, SurveyExport export, double? maxGiB = null) =>
        new(what, MemoryOf(export.Builds), $"Python: {MemoryOf(export.Exports)}", null, maxGiB is { } most ? $"≤ {most:0} GiB" : "",
            maxGiB is { } limit ? export.Builds.Max(b => b.PeakBytes) <= limit * GiB : null);

    private static IEnumerable<string> Bands() => Enumerable.Range(1, 5).Select(band =>
        $"{{ name: b{band}, files: frames/*-b{band}-sci.fits, ivar: {{ replace: [-sci, -rms], kind: rms }}, "
            + "psf_fwhm: { value: 0.15, unit: arcsec } }");

    // Fails before anything is written, because the inputs of cubes alone take minutes.
    private void RequireDisk()
    {
        double inputs = Peer.IsGenerated(SurveyExport.InputScript, Name) ? 0 : InputGigabytes,
            needed = InputScale.Factor * (inputs + OutputGigabytes), free = new DriveInfo(Folders.Root).AvailableFreeSpace / 1e9;
        if (free < needed)
            throw new BenchFailedException(string.Create(CultureInfo.InvariantCulture,
                $"'{Folders.Root}' has {free:0.0} GB of free disk space, but the files and datasets of '{Name}' need {needed:0.0} GB. "
                    + $"Free some space, or make smaller files with {InputScale.Variable}."));
    }
}
