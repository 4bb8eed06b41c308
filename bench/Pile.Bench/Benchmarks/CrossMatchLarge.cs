using System.Globalization;
using Pile.Bench.Harness;
using Pile.Bench.Skies;

namespace Pile.Bench.Benchmarks;

/// <summary>Compares time and memory of a match of a hundred million rows per side with those of ten million, and matches a thousand
/// positions with one side.</summary>
internal sealed class CrossMatchLarge : IBenchmark
{
    private const int Million = 1_000_000, Rounds = 3;
    private const double MaxTimes = 12, MaxGiB = 3, MaxFieldSeconds = 0.3;

    public string Name => "crossmatch-large";

    public IReadOnlyList<string> PeerScripts => [];

    public void Require()
    {
        Folders.RequireProgram();
        ProgramRun.RequireTime();
    }

    public async Task<Section> RunAsync()
    {
        PairMatch ten = new(SkyKind.Uniform, 10 * Million), hundred = new(SkyKind.Uniform, 100 * Million);
        string field = await SkyDataset.MakeAsync("bench/.work/skies", SkyKind.Field, 1000, "a", withColumns: false);
        string[] few = ["crossmatch", field, hundred.B, "--radius", PairMatch.RadiusArcsec, "--out",
            "bench/.work/skies/few.parquet", "--quiet"];
        ten.BringIn();
        hundred.BringIn();
        List<ProgramRun> tens = [], hundreds = [], fews = [];
        for (int round = -1; round < Rounds; round++)
        {
            (ProgramRun t, ProgramRun h) = (ten.Measure(), hundred.Measure());
            File.Delete(Path.Combine(Folders.Root, few[6]));
            ProgramRun f = ProgramRun.Run(Folders.Program, few);
            if (round < 0)
                continue;
            (tens, hundreds, fews) = ([.. tens, t], [.. hundreds, h], [.. fews, f]);
            Progress.Say($"  10 million {t.Seconds:0.00} s, 100 million {h.Seconds:0.00} s, {h.PeakBytes / (double)(1 << 30):0.00} GiB; a "
                + $"field {f.Seconds:0.000} s");
        }
        Spread ratio = Spread.Of(hundreds.Zip(tens, (h, t) => h.Seconds / t.Seconds)), seconds = Spread.Of(hundreds.Select(h => h.Seconds)),
            fieldSeconds = Spread.Of(fews.Select(f => f.Seconds));
        double gib = hundreds.Max(h => h.PeakBytes) / (double)(1 << 30);
        return new Section(
            "A hundred million rows a side",
            $"The uniform sky of the match above, generated with ten times the rows; whole processes, {Rounds} rounds. A field: a thousand "
                + "positions within a hundred square degrees.",
            [("ours", $"out/pile {string.Join(' ', hundred.Arguments)}"), ("a field", $"out/pile {string.Join(' ', few)}")],
            [
                Figure.Alone("100 million rows a side", seconds.Text("0.00", " s")),
                Figure.Alone("the same in times of 10 million", ratio.Text("0.0", " ×"), $"≤ {MaxTimes:0} ×", ratio.Median <= MaxTimes),
                Figure.Alone("the same, peak memory", string.Create(CultureInfo.InvariantCulture, $"{gib:0.00} GiB"), $"≤ {MaxGiB:0} GiB",
                    gib <= MaxGiB),
                Figure.Alone("a thousand positions in a field", fieldSeconds.Text("0.000", " s"), $"≤ {MaxFieldSeconds} s",
                    fieldSeconds.Median <= MaxFieldSeconds),
            ]);
    }
}
