using System.Globalization;
using Pile.Bench.Harness;
using Pile.Bench.Skies;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures whole processes that write all pairs of two catalogues within an arcsecond, and compares them with hand-written SQL on
/// several skies and with STILTS and astropy on one.</summary>
internal sealed class CrossMatchPairs : IBenchmark
{
    private const int Million = 1_000_000;
    private const double MaxGiB = 1;

    public string Name => "crossmatch";

    public IReadOnlyList<string> PeerScripts => [ZoneSql.Script, AstropyPairs.Script, StiltsPairs.Script];

    public void Require()
    {
        Folders.RequireProgram();
        ProgramRun.RequireTime();
        StiltsPairs.Require();
        Gateway.Require();
    }

    public async Task<Section> RunAsync()
    {
        PairMatch small = new(SkyKind.Uniform, Million), large = new(SkyKind.Uniform, 10 * Million);
        List<Figure> figures =
        [
            AgainstSql("uniform sky, 1 million rows a side", small, 3, rounds: 11),
            AgainstSql("uniform sky, 10 million rows a side", large, 8, rounds: 5),
            AgainstSql("a belt with seven in ten of 10 million", new(SkyKind.Belt, 10 * Million), 8, rounds: 3),
            AgainstSql("half of 10 million in a disc of 0.3° over RA 0/360", new(SkyKind.Blob, 10 * Million), 8, rounds: 1),
            AgainstSql("1 million in one square degree", new(SkyKind.Square, Million), 8, rounds: 3),
            AgainstSql("10 million, compiled for processors without AVX-512 (x86-64-v3)", large, 4, rounds: 3, "x86-64-v3"),
            AgainstSql("10 million, compiled for processors without AVX2 and BMI2 (x86-64-v2)", large, 4, rounds: 3, "x86-64-v2"),
        ];
        PairMatch carried = new(SkyKind.Uniform, 10 * Million, withColumns: true);
        figures.Add(AgainstSql("10 million, three columns of each side carried along", carried, 4, rounds: 5));
        double gib = large.Measure().PeakBytes / (double)(1 << 30);
        figures.Add(Figure.Alone("10 million, peak memory", string.Create(CultureInfo.InvariantCulture, $"{gib:0.00} GiB"),
            $"≤ {MaxGiB:0} GiB", gib <= MaxGiB));
        figures.AddRange(FromCode(carried));
        figures.AddRange(Requests(carried));
        figures.AddRange(await RemoteMatches.MeasureAsync(new(SkyKind.Uniform, Million, withColumns: true), "1 million rows a side"));

        SkyArrays.Make(large, Folders.Work(Name));
        figures.Add(AgainstProgram("astropy search_around_sky", large, () => AstropyPairs.Run(Folders.Work(Name)), 80));
        figures.Add(AgainstProgram("stilts tskymatch2", large, () => StiltsPairs.Run(Folders.Work(Name)), 150));
        return new Section(
            "All pairs of two catalogues",
            "Generated skies, six in ten of b true counterparts of a (σ 0.3″ in each direction), radius 1″. Wall time of whole processes, "
                + "from sorted positions on disk, in the system's cache, to a Parquet file of pairs with separations. Before each series "
                + "the inputs are read once from the disk from beginning to end, so that their state in the cache does not depend on "
                + "earlier readers. The SQL reads the same files, STILTS uncompressed FITS, astropy .npy columns, and it writes such: "
                + "neither reads Parquet here. After these two, which displace the files from the system's cache, ours is run once before "
                + "it is timed. With columns (a float32, a float64, an int32) both read the tiles of the index, zstd, and write the same "
                + "thirteen columns. With SQL: equal numbers of pairs, equal sums over their ids, separations and what is carried along; "
                + "with the others: equal ids, by SHA-256. The disc over RA 0/360 is one round without one before it that does not count: "
                + "its SQL takes minutes. Each request is compared with the same one in SQL, which reads the positions, or the tiles of "
                + "the index if the request needs other columns; of the pairs of `a.mjd - b.mjd` and `sqrt` a tenth is kept.",
            [("ours", $"out/pile {string.Join(' ', large.Arguments)}"), ("SQL", ZoneSql.CommandOf(large)),
                ("ours, with columns", $"out/pile {string.Join(' ', carried.Arguments)}"),
                ("SQL, with columns", ZoneSql.CommandOf(carried)),
                ("a request in SQL", $"{ZoneSql.Python} {string.Join(' ', SkyRequest.All[2].SqlArguments(carried))}"),
                ("astropy", AstropyPairs.CommandOf(Folders.Work(Name))),
                ("STILTS", StiltsPairs.CommandOf(Folders.Work(Name)))],
            figures);
    }

    // Every request alternates with the same one in SQL; its target is a multiple of the plain match of this run.
    private static IEnumerable<Figure> Requests(PairMatch match)
    {
        match.BringIn();
        double plain = Spread.Of(Enumerable.Range(0, 5).Select(_ => match.RunPlain().Seconds)).Median;
        foreach (SkyRequest request in SkyRequest.All)
        {
            long peakBytes = 0;
            Duel duel = Duel.Run(request.What, () =>
            {
                (Pass pass, long bytes) = request.Run(match);
                peakBytes = Math.Max(peakBytes, bytes);
                return pass;
            }, () => request.RunSql(match), rounds: 3);
            double times = duel.OursSeconds.Median / plain, gib = peakBytes / (double)(1 << 30);
            yield return new Figure($"10 million, {request.What}",
                string.Create(CultureInfo.InvariantCulture, $"{duel.OursSeconds.Median:0.00} s, {gib:0.00} GiB"),
                $"SQL: {Seconds(duel.PeerSeconds.Median)}", duel.Ratio,
                string.Create(CultureInfo.InvariantCulture,
                    $"≤ {request.MaxTimes:0.0} × the plain match ({times:0.0} ×), ≤ {request.MaxGiB:0.0} GiB"),
                times <= request.MaxTimes && gib <= request.MaxGiB);
        }
    }

    // Alternates with the same match on the command line: a whole process there, one call here.
    private static IEnumerable<Figure> FromCode(PairMatch match)
    {
        match.BringIn();
        MatchProcess process = MatchProcess.Run(match);
        double ours = Spread.Of(process.Seconds).Median;
        double commandLine = Spread.Of(process.Seconds.Select(_ => match.RunPlain().Seconds)).Median;
        yield return Figure.Alone("10 million, from C#: a later call in one process, all batches read", Seconds(ours),
            string.Create(CultureInfo.InvariantCulture, $"≤ the plain command ({commandLine:0.00} s)"), ours <= commandLine);
        yield return Figure.Alone("10 million, from C#: peak memory",
            string.Create(CultureInfo.InvariantCulture, $"{process.PeakBytes / (double)(1 << 30):0.00} GiB"));
    }

    private static Figure AgainstSql(string what, PairMatch match, double minRatio, int rounds, string? instructions = null)
    {
        string program = instructions is null ? Folders.Program : NativeBuild.Of(instructions);
        match.BringIn();
        return Figure.Of(what, Duel.Run(what, () => match.Run(program), () => ZoneSql.Run(match), rounds, warmUp: rounds > 1), Seconds,
            "SQL", minRatio);
    }

    private static Figure AgainstProgram(string peer, PairMatch match, Func<Pass> run, double minRatio)
    {
        match.BringIn();
        return Figure.Of("10 million rows a side", Duel.Run($"against {peer}", match.RunWarmForIds, run, rounds: 3, warmUp: false), Seconds,
            peer, minRatio);
    }

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s");
}
