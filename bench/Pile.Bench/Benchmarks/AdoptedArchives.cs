using System.Diagnostics;
using System.Globalization;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Reading;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures how fast archives become datasets without being copied, and how fast single rows of them are read, against h5py and
/// tarfile.</summary>
internal sealed class AdoptedArchives : IBenchmark
{
    private const string Script = "adopted_archives.py", Tar = "members.tar";
    private const int Rounds = 5, AdoptRounds = 3, SlowReads = 20, BatchRows = 256;
    private const double MaxHdf5Seconds = 10, MaxFilesSeconds = 6, MaxNamesSeconds = 3, MaxGiB = 1, MinRows = 5, MinListed = 1.5,
        MinNamed = 20, MaxBytes = 1.1;

    public string Name => "adopt";

    public IReadOnlyList<string> PeerScripts => [Script];

    private string Work => Folders.Work(Name);

    public void Require()
    {
        ProgramRun.RequireTime();
        Folders.RequireProgram();
    }

    public async Task<Section> RunAsync()
    {
        Peer.Generate(Script, Name);
        List<ProgramRun> hdf5 = Adopt("hdf5"), files = Adopt("files"), names = Adopt("files", "--no-media-types");
        Adopt("rows.hdf5");
        Adopt("sdss.hdf5");
        Adopt(Tar, "--no-media-types");
        using Peer peer = Peer.Start(Script, Work);
        long[] rows = NpyFile.ReadAll<long>(Folders.Work(Name, "rows.npy"), "<i8"),
            spectra = NpyFile.ReadAll<long>(Folders.Work(Name, "spectra.npy"), "<i8"),
            members = NpyFile.ReadAll<long>(Folders.Work(Name, "members.npy"), "<i8");

        await using Dataset table = await Dataset.OpenAsync(Folders.Work(Name, "d/rows.hdf5")),
            sdss = await Dataset.OpenAsync(Folders.Work(Name, "d/sdss.hdf5")),
            tar = await Dataset.OpenAsync(Folders.Work(Name, $"d/{Tar}"));
        RowReader whole = await sdss.OpenRowsByIdAsync([.. spectra.Select(row =>
            new ObjectId(row.ToString(CultureInfo.InvariantCulture)))], sdss.Query());
        ObjectId[] rowIds = [.. rows.Select(row => new ObjectId(row))],
            memberIds = [.. members.Select(member => new ObjectId(string.Create(CultureInfo.InvariantCulture,
                $"{member % 1000:000}/{member:000000}.bin")))];
        RowColumn<float> contiguous = await ColumnAsync<float>(table, rowIds, "contiguous"),
            gzip = await ColumnAsync<float>(table, rowIds, "gzip");
        RowColumn<byte> content = await ColumnAsync<byte>(tar, memberIds, "content");
        Duel rowsOfFile = Duel.Run("rows", () => WholeRows(whole), () => peer.Run("rows"), Rounds),
            plain = Duel.Run("contiguous", () => Samples(contiguous, rows.Length), () => peer.Run("contiguous"), Rounds),
            deflated = Duel.Run("gzip", () => Samples(gzip, rows.Length), () => peer.Run("gzip"), Rounds),
            listed = Duel.Run("members", () => Contents(content, members.Length), () => peer.Run("listed"), Rounds),
            named = Duel.Run("members by name", () => Contents(content, SlowReads), () => peer.Run("named"), Rounds);
        double wholeBytes = (double)sdss.Reads.BytesRead / sdss.Reads.BytesUsed;
        double bytes = (double)table.Reads.BytesRead / table.Reads.BytesUsed;
        return new Section(
            "Adopted archives",
            $"""
            `pile adopt` over 9.2 GB of HDF5 tables and 10⁵ groups (1 GB), over 10⁶ files in 1,000 folders, and over a tar archive of
            200,000 members, from a warm file cache: whole processes, {AdoptRounds} rounds. Then {spectra.Length:N0} random rows of a file
            with the 18 datasets that the SDSS loader of the Multimodal Universe reads (68 kB a row): all values of a row, by `ReadAsync` in
            batches of {BatchRows}, and by h5py as that loader does. Then {rows.Length:N0} random rows of one dataset with 16 kB a row and
            {members.Length:N0} random members of 200 to 2,047 bytes, on one thread with open files: h5py reads `dataset[row]`, tarfile
            reads the members of its list in memory, or finds them by name ({SlowReads} members). Sums of values and of lengths agree.
            """,
            [
                ("ours", Commands.Of(Name)), ("HDF5", CommandOf("hdf5")), ("files", CommandOf("files")),
                ("peer", Peer.CommandOf(Script, "serve", Work)),
            ],
            [
                Time("adopting 10 GB of HDF5", hdf5, MaxHdf5Seconds), Memory(hdf5),
                Time("adopting 10⁶ files", files, MaxFilesSeconds), Time("the same without media types", names, MaxNamesSeconds),
                Figure.Of("random rows of a file of the Multimodal Universe", rowsOfFile, Rate(spectra.Length), "h5py", MinRows),
                Figure.Alone("bytes read of those rows, of the bytes that they need", Times(wholeBytes),
                    string.Create(CultureInfo.InvariantCulture, $"≤ {MaxBytes} ×"), wholeBytes <= MaxBytes),
                Figure.Of("one dataset of random rows, contiguous", plain, Rate(rows.Length), "h5py"),
                Figure.Of("one dataset of random rows, shuffle + deflate", deflated, Rate(rows.Length), "h5py"),
                Figure.Alone("bytes read of those rows, of the bytes that they need", Times(bytes),
                    string.Create(CultureInfo.InvariantCulture, $"≤ {MaxBytes} ×"), bytes <= MaxBytes),
                Figure.Of("random members of a tar archive", listed, Rate(members.Length), "tarfile, list in memory", MinListed),
                Figure.Of("members by name", named, Rate(SlowReads), "tarfile, getmember", MinNamed),
            ]);
    }

    private static Func<double, string> Rate(int count) =>
        seconds => string.Create(CultureInfo.InvariantCulture, $"{count / seconds:N0} rows/s");

    private static string Times(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.000} ×");

    private static Figure Time(string what, List<ProgramRun> runs, double maxSeconds) => Figure.Alone(what,
        SurveyBuilds.Seconds(Spread.Of(runs.Select(r => r.Seconds)).Median),
        string.Create(CultureInfo.InvariantCulture, $"≤ {maxSeconds:0} s"), Spread.Of(runs.Select(r => r.Seconds)).Median <= maxSeconds);

    private static Figure Memory(List<ProgramRun> runs) => Figure.Alone("the same, peak memory", SurveyBuilds.MemoryOf(runs),
        string.Create(CultureInfo.InvariantCulture, $"≤ {MaxGiB:0} GiB"), runs.Max(r => r.PeakBytes) <= MaxGiB * (1 << 30));

    private static async Task<RowColumn<T>> ColumnAsync<T>(Dataset dataset, ObjectId[] ids, string column) where T : unmanaged =>
        (await dataset.OpenRowsByIdAsync(ids, dataset.Query().Columns(column))).Column<T>(column);

    private static Pass WholeRows(RowReader reader) => Timed(() => SumAsync(reader).GetAwaiter().GetResult());

    private static async Task<double> SumAsync(RowReader reader)
    {
        double sum = 0;
        await foreach (RowBatch batch in reader.ReadAsync(Enumerable.Range(0, reader.Count), BatchRows))
        {
            ColumnData<float> flux = (ColumnData<float>)batch["spectrum_flux"], z = (ColumnData<float>)batch["Z"];
            ColumnData<bool> mask = (ColumnData<bool>)batch["spectrum_mask"];
            for (int row = 0; row < batch.RowCount; row++)
                sum += flux.Row(row)[0] + (double)z.Row(row)[0] + (mask.Row(row)[^1] ? 1 : 0);
        }
        return sum;
    }

    private static Pass Samples(RowColumn<float> column, int count)
    {
        float[] values = new float[column.Schema.ElementsPerRow];
        return Timed(() =>
        {
            double sum = 0;
            for (int row = 0; row < count; row++)
            {
                column.Read(row, values);
                sum += values[0];
            }
            return sum;
        });
    }

    private static Pass Contents(RowColumn<byte> column, int count)
    {
        byte[] bytes = new byte[2048];
        return Timed(() =>
        {
            double sum = 0;
            for (int row = 0; row < count; row++)
                sum += column.Read(row, bytes) + bytes[0];
            return sum;
        });
    }

    private static Pass Timed(Func<double> work)
    {
        long start = Stopwatch.GetTimestamp();
        double sum = work();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Pass(seconds, BitConverter.DoubleToInt64Bits(sum).ToString("x16", CultureInfo.InvariantCulture));
    }

    private List<ProgramRun> Adopt(string source, params string[] options)
    {
        List<ProgramRun> runs = [];
        for (int round = 0; round < AdoptRounds; round++)
        {
            SurveyBuilds.Remove($"{Work}/d/{source}");
            runs.Add(ProgramRun.RunWithMemory(Folders.Program, [.. Arguments(source), .. options]));
        }
        return runs;
    }

    private string[] Arguments(string source) => ["adopt", $"{Work}/{source}", "--out", $"{Work}/d/{source}", "--quiet"];

    private string CommandOf(string source) => $"out/pile {string.Join(' ', Arguments(source))}";
}
