using System.Globalization;
using Pile.Bench.Harness;
using Pile.Bench.Skies;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures matches with errors, motion, times, several sides, a certificate and HATS catalogues in multiples of the plain match
/// of the same datasets.</summary>
internal sealed class ScienceMatches : IBenchmark
{
    private const string Folder = "bench/.work/skies", Pairs = $"{Folder}/science.parquet";
    private const int Rounds = 5;
    private const double HatsMaxGiB = 2;

    private static int Rows { get; } = (int)(10_000_000 * InputScale.Factor);

    public string Name => "science";

    public IReadOnlyList<string> PeerScripts => [];

    public void Require()
    {
        Folders.RequireProgram();
        ProgramRun.RequireTime();
    }

    public async Task<Section> RunAsync()
    {
        string[] sides = [.. await Task.WhenAll("abcd".Select(side => ErrorSky.MakeAsync(Folder, Rows, $"{side}")))];
        string[] hats = [.. sides[..2].Select(Export)];
        string[] plain = Command(sides[0], sides[1]);
        List<Figure> figures = [];
        figures.Add(Measure("errors of each row, `--sigma 3 --radius-column-a error --radius-column-b error`", plain,
            Command(sides[0], sides[1], "--sigma", "3", "--radius-column-a", "error", "--radius-column-b", "error"), 3));
        figures.Add(Measure("`--error-sum`", plain,
            Command(sides[0], sides[1], "--error-sum", "--radius-column-a", "error", "--radius-column-b", "error"), 3));
        figures.Add(Measure("ellipses, `--sigma 3 --errors-a ellipse:major,minor,angle --errors-b …`", plain,
            Command(sides[0], sides[1], "--sigma", "3", "--errors-a", "ellipse:major,minor,angle", "--errors-b",
                "ellipse:major,minor,angle"), 5));
        figures.Add(Measure("`--time-window 30d`", plain, Command(sides[0], sides[1], "--time-window", "30d"), 3.1));
        figures.Add(Measure("one side moved, `--epoch 2000 --a-epoch 2016 --b-epoch 2000`", plain,
            Command(sides[0], sides[1], "--epoch", "2000", "--a-epoch", "2016", "--b-epoch", "2000"), 8));
        figures.Add(Measure("both sides moved, `--epoch 2010 --a-epoch 2016 --b-epoch 2000`", plain,
            Command(sides[0], sides[1], "--epoch", "2010", "--a-epoch", "2016", "--b-epoch", "2000"), 8));
        figures.Add(Measure("four catalogues, `--with c --with d`", plain, Command(sides[0], sides[1], "--with", sides[2], "--with",
            sides[3]), 3.5));
        figures.Add(Measure("four catalogues, `--find groups`", plain, Command(sides[0], sides[1], "--with", sides[2], "--with",
            sides[3], "--find", "groups")));
        figures.Add(Measure("`--nest`", plain, Command(sides[0], sides[1], "--nest")));
        figures.Add(Measure("`--probability --radius-column-a error --radius-column-b error`", plain, Command(sides[0], sides[1],
            "--probability", "--radius-column-a", "error", "--radius-column-b", "error")));
        figures.Add(Measure("`--certificate c.json`", plain, Command(sides[0], sides[1], "--certificate", $"{Folder}/c.json"), 1.2));
        figures.Add(Measure("HATS × HATS, nothing built", plain, Command(hats[0], hats[1]), 7, HatsMaxGiB));
        return new Section(
            "Matches with errors, motion and times",
            string.Create(CultureInfo.InvariantCulture, $"{Rows:N0} rows a side, a uniform sky with counterparts as above. Whole ")
                + $"processes; each request and the plain match of the same datasets in turn, {Rounds} rounds after one that does not "
                + "count. A ratio is the time of the request divided by that of the plain match, the median over the rounds.",
            [("plain", $"out/pile {string.Join(' ', plain)}"), ("all", Commands.Of(Name))], figures);
    }

    private static string Export(string dataset)
    {
        string hats = $"{dataset}-hats";
        if (!Directory.Exists(Path.Combine(Folders.Root, hats)))
        {
            Progress.Say($"  making input: {hats}");
            ProgramRun.Run(Folders.Program, "export", dataset, "--format", "hats", "--out", hats, "--quiet");
        }
        return hats;
    }

    private static string[] Command(string a, string b, params string[] options) =>
        ["crossmatch", a, b, "--radius", PairMatch.RadiusArcsec, .. options, "--out", Pairs, "--replace", "--quiet"];

    private static Figure Measure(string what, string[] plain, string[] request, double? maxTimes = null, double? maxGiB = null)
    {
        List<double> plainSeconds = [], seconds = [];
        long peakBytes = 0;
        for (int round = -1; round < Rounds; round++)
        {
            double plainRun = ProgramRun.Run(Folders.Program, plain).Seconds;
            ProgramRun run = ProgramRun.RunWithMemory(Folders.Program, request);
            if (round < 0)
                continue;
            plainSeconds.Add(plainRun);
            seconds.Add(run.Seconds);
            peakBytes = Math.Max(peakBytes, run.PeakBytes);
        }
        Spread times = Spread.Of(seconds.Zip(plainSeconds, (s, p) => s / p));
        double gib = peakBytes / (double)(1 << 30);
        Progress.Say(string.Create(CultureInfo.InvariantCulture, $"  {what}: {times.Median:0.00} × plain, {gib:0.00} GiB"));
        string target = (maxTimes, maxGiB) switch
        {
            ({ } t, { } g) => string.Create(CultureInfo.InvariantCulture, $"≤ {t:0.0} ×, ≤ {g:0} GiB"),
            ({ } t, null) => string.Create(CultureInfo.InvariantCulture, $"≤ {t:0.0} ×"),
            _ => "",
        };
        return Figure.Alone(what, string.Create(CultureInfo.InvariantCulture,
                $"{Spread.Of(seconds).Median:0.00} s, {times.Text("0.00", " ×")} the plain match "
                    + $"({Spread.Of(plainSeconds).Median:0.00} s), {gib:0.00} GiB"),
            target, maxTimes is null ? null : times.Median <= maxTimes && (maxGiB is null || gib <= maxGiB));
    }
}
