using System.Security.Cryptography;
using System.Text;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Publishing;
using Pile.Reading;
using Pile.Streaming;
using Pile.TestKit;
using Pile.Writing;
using Pile.Writing.Tests;

namespace Pile.Tests;

/// <summary>A flipped bit in any file of the index is reported by every operation that reads it, or does not change the result.</summary>
public sealed class IndexDamageTests : IDisposable
{
    private const int Rows = 400;

    private readonly TemporaryFolder folder = new();
    private int outputs;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Root => folder["zoo"];

    [Theory]
    [InlineData(1, "Npix=*.parquet", 2)]
    [InlineData(2, "positions.parquet", 1)]
    [InlineData(3, "files.parquet", 1, Traits = ["Run", "Long"])]
    [InlineData(4, "statistics.parquet", 1, Traits = ["Run", "Long"])]
    [InlineData(5, "_*metadata", 1)]
    [InlineData(1, "Npix=*.parquet", 8, Traits = ["Run", "Long"])]
    [InlineData(2, "positions.parquet", 6, Traits = ["Run", "Long"])]
    [InlineData(3, "files.parquet", 4, Traits = ["Run", "Long"])]
    [InlineData(4, "statistics.parquet", 4, Traits = ["Run", "Long"])]
    public async Task A_flipped_bit_is_reported_or_has_no_effect(int seed, string pattern, int flips)
    {
        await WriteAsync();
        Dictionary<string, string> before = await AnswersAsync();
        Assert.DoesNotContain(before, a => a.Value.Contains("Exception", StringComparison.Ordinal));
        string[] files = [.. Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        Random random = new(seed);
        int reported = 0;
        for (int flip = 0; flip < flips; flip++)
        {
            string file = files[random.Next(files.Length)];
            byte[] bytes = await File.ReadAllBytesAsync(file, Token), damaged = [.. bytes];
            int at = random.Next(bytes.Length), bit = random.Next(8);
            damaged[at] ^= (byte)(1 << bit);
            await File.WriteAllBytesAsync(file, damaged, Token);
            foreach ((string name, string answer) in await AnswersAsync())
                if (answer != before[name])
                {
                    Assert.True(answer.StartsWith(nameof(DatasetInvalidException), StringComparison.Ordinal)
                        && answer.Contains(Path.GetFileName(file), StringComparison.Ordinal),
                        $"{name} with bit {bit} of byte {at} of '{file}' flipped: {answer[..Math.Min(answer.Length, 400)]}");
                    reported++;
                }
            await File.WriteAllBytesAsync(file, bytes, Token);
        }
        Assert.Equal(pattern[0] != '_', reported > 0); // only other tools read these files
    }

    public void Dispose() => folder.Dispose();

    private async Task WriteAsync()
    {
        await using DatasetWriter writer = DatasetWriter.Create(Root, Zoo.Spec with { Name = "zoo", Order = 0 },
            new WriterSettings { Workers = 2 });
        using (UnitSpill spill = writer.BeginUnit("u", Zoo.Source("u.fits")))
        {
            spill.Append(new RowBatch(Zoo.Batch(Zoo.Shuffled(Rows, 1)).Columns.Where(c => c.Schema.Name != "words")));
            spill.Complete();
        }
        await writer.CommitAsync();
    }

    private async Task<Dictionary<string, string>> AnswersAsync() => new(StringComparer.Ordinal)
    {
        ["query"] = await AnswerAsync(d => TextAsync(d.QueryAsync(d.Query(), Token))),
        ["query with a condition"] = await AnswerAsync(d =>
            TextAsync(d.QueryAsync(d.Query().Where("f64 > 20 AND truth").OrderBy("i64").Limit(9), Token))),
        ["query of a cone"] = await AnswerAsync(d => TextAsync(d.QueryAsync(d.Query().Cone(Zoo.Ra(7), Zoo.Dec(7), 5), Token))),
        ["sql"] = await AnswerAsync(d => TextAsync(d.SqlAsync("SELECT truth, count(*) AS n, min(text) AS t, max(i64) AS m FROM d WHERE f32 "
            + "> 3 GROUP BY truth ORDER BY truth", cancellationToken: Token))),
        ["count"] = await AnswerAsync(async d => $"{await d.CountAsync(d.Query().Where("u16 > 60100"), Token)}"),
        ["positions"] = await AnswerAsync(async d => string.Join(',', await d.PositionsAsync(d.Query().Where("truth"), Token))),
        ["rows"] = await AnswerAsync(async d =>
            await TextAsync((await d.OpenRowsAsync(d.Query().Where("object_id % 5 = 1"), cancellationToken: Token))
                .ReadAllAsync(cancellationToken: Token))),
        ["rows by id"] = await AnswerAsync(async d =>
            await TextAsync((await d.OpenRowsByIdAsync([3, 300], cancellationToken: Token)).ReadAllAsync(cancellationToken: Token))),
        ["rows by position"] = await AnswerAsync(async d =>
            await TextAsync((await d.OpenRowsByPositionAsync([0, 399], cancellationToken: Token)).ReadAllAsync(cancellationToken: Token))),
        ["stream"] = await AnswerAsync(StreamAsync),
        ["statistics"] = await AnswerAsync(async d => string.Join('\n', await d.StatisticsAsync(Token))),
        ["match"] = await AnswerAsync(async d =>
        {
            using MatchTable pairs = await CrossMatcher.MatchAsync(new DatasetSide(d), new DatasetSide(d, d.Query().Where("f64 > 20")),
                new() { RadiusArcsec = 4000, ColumnsB = ["f64"] }, Token);
            return await TextAsync(pairs.ReadAsync(Token));
        }),
        ["match into a file"] = await AnswerAsync(async d =>
        {
            string output = Output(".parquet");
            await CrossMatcher.MatchToFileAsync(new DatasetSide(d), new DatasetSide(d),
                new() { RadiusArcsec = 4000, ColumnsA = ["u32"], Where = "a.f64 - b.f64 < 100" }, output, cancellationToken: Token);
            return Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(output, Token)));
        }),
        ["plain match"] = await AnswerAsync(async d =>
        {
            DatasetSide side = new(d);
            string output = Output(".parquet");
            await CrossMatcher.MatchToFileAsync(side, side, new() { RadiusArcsec = 4000, Workers = 1 }, output, cancellationToken: Token);
            return Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(output, Token)));
        }),
        ["copy of a part"] = await AnswerAsync(async _ =>
        {
            string output = Output("");
            await DatasetCopy.RunAsync(Root, output, new CopyOptions { Where = "f64 > 100" }, Token);
            await using Dataset copy = await Dataset.OpenAsync(output, cancellationToken: Token);
            return await TextAsync(copy.QueryAsync(copy.Query(), Token));
        }),
    };

    private async Task<string> AnswerAsync(Func<Dataset, Task<string>> ask)
    {
        try
        {
            await using Dataset dataset = await Dataset.OpenAsync(Root, cancellationToken: Token);
            return await ask(dataset);
        }
        catch (AggregateException e) when (e.InnerException is PileException inner)
        {
            return $"{inner.GetType().Name}: {inner.Message}";
        }
        catch (Exception e) when (e is PileException or ArgumentException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static async Task<string> StreamAsync(Dataset dataset)
    {
        StringBuilder text = new();
        Loader loader = new(await StreamSource.OpenAsync(dataset.Query().Columns("object_id", "f32", "image"), Token),
            new LoaderOptions { BatchRows = 50, ShuffleSeed = 3 });
        await foreach (StreamBatch batch in loader.ReadAsync(cancellationToken: Token))
            using (batch)
                text.AppendJoin(',', batch.Rows.ToArray()).AppendJoin(',', batch.Values<float>("f32").ToArray()).AppendJoin(',',
                    batch.Values<float>("image").ToArray());
        return text.ToString();
    }

    private static async Task<string> TextAsync(IAsyncEnumerable<RowBatch> batches)
    {
        StringBuilder text = new();
        await foreach (RowBatch batch in batches)
            foreach (ColumnData column in batch.Columns)
            {
                text.Append(column.Schema.Name).Append(':');
                for (int row = 0; row < batch.RowCount; row++)
                    text.Append(column is TextColumnData texts ? texts.Text(row) ?? "null"
                        : column.IsNullAt(row) ? "null" : Convert.ToHexString(column.RowBytes(row))).Append(',');
            }
        return text.ToString();
    }

    private string Output(string extension) => folder[$"out-{++outputs}{extension}"];
}
