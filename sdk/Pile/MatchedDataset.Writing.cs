using System.Security.Cryptography;
using Pile.Format;
using Pile.Reading;
using Pile.Writing;

namespace Pile;

/// <content>Writes matched datasets.</content>
public sealed partial class MatchedDataset
{
    private const string Unit = "pairs";

    /// <summary>Writes the match as a dataset: a row for each pair, all stored columns of both sides as <c>a_&lt;name&gt;</c> and
    /// <c>b_&lt;name&gt;</c>, the position of A, and the provenance of both.</summary>
    /// <param name="folder">The folder of the dataset, which must not exist.</param>
    /// <param name="name">The dataset's name; null for both names joined.</param>
    /// <param name="settings">How it is written; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the writing, and leaves no output.</param>
    /// <remarks><c>object_id</c> is the number of the pair, from 0 in the order of the match. Aliases that refer to a column are kept under
    /// their names with the prefix; those that are expressions are not.</remarks>
    /// <exception cref="OutputExistsException">The folder exists.</exception>
    /// <exception cref="ArgumentException">There are no pairs to write.</exception>
    public async Task<BuildSummary> WriteAsync(string folder, string? name = null, WriterSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        if (Count == 0)
            throw new ArgumentException("There are no pairs to write: a matched dataset must have at least one row.");
        string[] columnsA = Stored(A), columnsB = Stored(B);
        DatasetSpec spec = Spec(name);
        await using DatasetWriter writer = DatasetWriter.Create(folder, spec, settings ?? new());
        try
        {
            SourceFile a = await SourceAsync("a", A, cancellationToken).ConfigureAwait(false),
                b = await SourceAsync("b", B, cancellationToken).ConfigureAwait(false);
            using (UnitSpill unit = writer.BeginUnit(Unit, [a, b]))
            {
                long next = 0;
                await foreach (MatchedBatch batch in ReadAsync(A.Query().Native().Columns(columnsA), B.Query().Native().Columns(columnsB),
                    64, cancellationToken).ConfigureAwait(false))
                {
                    unit.Append(Row(batch, next));
                    next += batch.Pairs.RowCount;
                }
                unit.Complete();
            }
            return await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // A match is not resumed, so its rows must not remain in a hidden folder.
            writer.Abandon();
            throw;
        }
    }

    private static RowBatch Row(MatchedBatch batch, long first)
    {
        long[] numbers = new long[batch.Pairs.RowCount];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = first + i;
        List<ColumnData> columns =
        [
            new ColumnData<long>(Modality.Common.Find("object_id")!.With(DType.Int64, []), numbers),
            Standard(batch.Pairs["a_ra"], "ra"), Standard(batch.Pairs["a_dec"], "dec"),
        ];
        // Carried columns are among those of the sides.
        columns.AddRange(((string[])["separation_arcsec", "dt_days", "position_angle_deg"]).Select(batch.Pairs.Find).OfType<ColumnData>());
        columns.AddRange(batch.A.Columns.Select(c => Prefixed(c, "a_")));
        columns.AddRange(batch.B.Columns.Select(c => Prefixed(c, "b_")));
        return new RowBatch(columns);

        static ColumnData Standard(ColumnData data, string name) => data.WithSchema(Modality.Common.Find(name)!.With(DType.Float64, []));
    }

    private static ColumnData Prefixed(ColumnData data, string prefix) =>
        data.WithSchema(ColumnMeaning.Renamed(data.Schema, prefix + data.Schema.Name) with { Role = ColumnRole.Native });

    /// <summary>Returns the stored columns of a dataset, except those that the writer adds: cells and the shapes of ragged
    /// columns.</summary>
    private static string[] Stored(Dataset dataset) =>
        [.. dataset.ColumnsOf(DatasetView.Native).Where(c => c.Name != "healpix"
            && !dataset.Manifest.Columns.Any(r => r.IsRagged && ColumnNames.Shape(r.Name) == c.Name)).Select(c => c.Name)];

    private DatasetSpec Spec(string? name)
    {
        (Manifest a, Manifest b) = (A.Manifest, B.Manifest);
        var described = Pairs.Record
            .Where(e => e.Key is "pile.match.radius_arcsec" or "pile.match.find" or "pile.match.where");
        return new DatasetSpec
        {
            Name = name ?? $"{a.Name}-{b.Name}",
            Modality = "catalogue",
            Description = $"{a.Name} {a.Version} matched with {b.Name} {b.Version}: "
                + string.Join(", ", described.Select(e => $"{e.Key["pile.match.".Length..]} {e.Value}")),
            Provenance = new Provenance
            {
                Project = Both(p => p.Project, " + "),
                Survey = Both(p => p.Survey, " + "),
                Instrument = Both(p => p.Instrument, " + "),
                Release = Both(p => p.Release, " + "),
                Licence = Both(p => p.Licence, " AND "),
                Citation = Both(p => p.Citation, "; "),
                Builder = "crossmatch",
                BuilderVersion = Pairs.Record.First(e => e.Key == "pile.match.version").Value,
            },
            EpochYear = a.EpochYear,
            Aliases = [.. Aliases(a, "a_"), .. Aliases(b, "b_")],
            SourceSettings = string.Join('\n', Pairs.Record.Select(e => $"{e.Key}={e.Value}")),
        };

        string Both(Func<Provenance, string> of, string between) =>
            string.Join(between, ((string[])[of(a.Provenance), of(b.Provenance)]).Distinct());
    }

    private static IEnumerable<AliasSchema> Aliases(Manifest manifest, string prefix) =>
        manifest.Aliases.Where(alias => alias.Native is not null)
            .Select(alias => alias with { Name = prefix + alias.Name, Native = prefix + alias.Native });

    private static async Task<SourceFile> SourceAsync(string side, Dataset dataset, CancellationToken cancellationToken)
    {
        byte[] manifest = await dataset.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
        return new SourceFile($"{side}/{dataset.Manifest.Name}/{DatasetPaths.Manifest}", manifest.Length,
            Convert.ToHexStringLower(SHA256.HashData(manifest)));
    }
}
