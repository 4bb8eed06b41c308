using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Tables;

namespace Pile.Bench.Benchmarks;

/// <summary>All pairs of two catalogues of a million rows within an arcsecond: from files to a file on our side, in memory on the peer's.</summary>
internal sealed class CrossMatchPairs : IBenchmark
{
    private const string Script = "astropy_pairs.py", RadiusArcsec = "1";
    private const int Rounds = 3;

    public string Name => "crossmatch";

    public string? PeerScript => Script;

    public void Require() => Folders.RequireProgram();

    public async Task<Section> RunAsync()
    {
        Peer.Generate(Script, Name);
        string a = await MakeSideAsync("a"), b = await MakeSideAsync("b"), pairs = $"{Folders.Work(Name)}/pairs.parquet";
        string[] match = ["crossmatch", a, b, "--radius", RadiusArcsec, "--out", pairs, "--quiet"];
        using Peer peer = Peer.Start(Script, Folders.Work(Name), RadiusArcsec);
        Duel duel = Duel.Run($"all pairs within {RadiusArcsec} arcsec", () => Match(match, pairs), () => peer.Run("search_around_sky"), Rounds);
        return new Section(
            "All pairs of two catalogues",
            $"1,000,000 × 1,000,000 rows, uniform sky, six in ten of b true counterparts of a (σ 0.3″ in each direction), radius {RadiusArcsec}″; {Rounds} rounds. Ours is a whole process from Parquet to Parquet on all cores; the peer's coordinates are in memory before its clock starts, one thread, no output. Equal pairs, by SHA-256 of their sorted ids.",
            [("ours", $"out/pile {string.Join(' ', match)}"), ("peer", Peer.CommandOf(Script, "serve", Folders.Work(Name), RadiusArcsec))],
            [Figure.Of("`pile crossmatch`, all pairs", duel, s => string.Create(CultureInfo.InvariantCulture, $"{s:0.00} s"), "astropy search_around_sky")]);
    }

    private async Task<string> MakeSideAsync(string side)
    {
        string table = $"{Folders.Work(Name)}/{side}.parquet";
        long[] ids = NpyFile.ReadAll<long>(Folders.Work(Name, $"{side}_id.npy"), "<i8");
        double[] raDeg = NpyFile.ReadAll<double>(Folders.Work(Name, $"{side}_ra.npy"), "<f8"), decDeg = NpyFile.ReadAll<double>(Folders.Work(Name, $"{side}_dec.npy"), "<f8");
        await ParquetInput.MakeAsync(Path.Combine(Folders.Root, table), ids.Length, (first, count) => new RowBatch([
            ParquetInput.Column("id", DType.Int64, ids[first..(first + count)]),
            ParquetInput.Column("ra", DType.Float64, raDeg[first..(first + count)], "deg"),
            ParquetInput.Column("dec", DType.Float64, decDeg[first..(first + count)], "deg"),
        ]));
        return table;
    }

    private static Pass Match(string[] arguments, string pairs)
    {
        string output = Path.Combine(Folders.Root, pairs);
        File.Delete(output);
        double seconds = ProgramRun.Run(Folders.Program, arguments).Seconds;
        return new Pass(seconds, ChecksumAsync(output).GetAwaiter().GetResult());
    }

    private static async Task<string> ChecksumAsync(string pairs)
    {
        List<(long A, long B)> found = [];
        await using ITableReader table = TableReader.Open(pairs);
        await foreach (RowBatch batch in table.ReadAsync(["a_object_id", "b_object_id"]))
        {
            ReadOnlyMemory<long> a = ((ColumnData<long>)batch["a_object_id"]).Values, b = ((ColumnData<long>)batch["b_object_id"]).Values;
            for (int i = 0; i < batch.RowCount; i++)
                found.Add((a.Span[i], b.Span[i]));
        }
        found.Sort();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<long>(found.Select(p => p.A).ToArray()));
        hash.AppendData(MemoryMarshal.AsBytes<long>(found.Select(p => p.B).ToArray()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
