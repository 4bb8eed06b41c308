using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;

namespace Pile.Tables;

/// <summary>The metadata of a table as a whole, which formats store in different places: the header of FITS, INFO, LINK and COOSYS of
/// VOTable (also inside Parquet), <c>meta</c> of ECSV. CSV has none.</summary>
internal sealed record TableAbout
{
    /// <summary>One line of prose.</summary>
    public string? Description { get; init; }

    /// <summary>The frame of <see cref="FrameColumns"/>, for example ICRS; null if unknown.</summary>
    public string? Frame { get; init; }

    /// <summary>The columns that are in <see cref="Frame"/>: those of the position. Others with a UCD of <c>pos.eq</c> are copied from a
    /// source, and may be in any frame.</summary>
    public ImmutableArray<string> FrameColumns { get; init; } = [PositionFrame.Icrs.Lon, PositionFrame.Icrs.Lat];

    /// <summary>The Julian year of the positions in the columns <c>ra</c> and <c>dec</c>; null if unknown.</summary>
    public double? EpochYear { get; init; }

    /// <summary>Facts by key, in order. Keys are lower-case words such as <c>survey</c> or <c>licence</c>, or several separated by
    /// dots.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Facts { get; init; } = [];

    /// <summary>Returns the provenance of a dataset, for tables created from it.</summary>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="query">The SQL of the query; null without one.</param>
    public static TableAbout Of(Manifest manifest, string? query = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        Provenance p = manifest.Provenance;
        (string Key, string? Value)[] facts =
        [
            ("dataset", manifest.Name), ("version", manifest.Version), ("project", p.Project), ("survey", p.Survey),
            ("instrument", p.Instrument), ("release", p.Release),
            ("licence", p.Licence), ("citation", p.Citation), ("builder", $"{p.Builder} {p.BuilderVersion}"),
            ("query", query is null ? null : Redaction.Apply(query)),
        ];
        return new TableAbout
        {
            Description = manifest.Description,
            Frame = manifest.Frame,
            FrameColumns = PositionFrame.Of(manifest.Frame) is { } frame ? [frame.Lon, frame.Lat] : [],
            EpochYear = manifest.EpochYear,
            Facts = [.. facts.Where(f => !string.IsNullOrWhiteSpace(f.Value))
                .Select(f => new KeyValuePair<string, string>(f.Key, f.Value!))],
        };
    }

    /// <summary>Returns the frame that a table with these columns states; null if it has none of the columns of the frame.</summary>
    internal string? FrameOf(IReadOnlyList<ColumnSchema> columns) => columns.Any(c => FrameColumns.Contains(c.Name)) ? Frame : null;

    /// <summary>Returns the epoch that a table with these columns states; null if it does not have the positions of the epoch, or if its
    /// rows have their own epochs.</summary>
    internal double? EpochOf(IReadOnlyList<ColumnSchema> columns) => StatedEpoch.CanApplyTo(columns) ? EpochYear : null;

    /// <summary>Adds what each band of images has for all rows, which no format of tables has a place for: the facts
    /// <c>COLUMN.bandN.name</c>, <c>unit</c>, <c>wavelength_angstrom</c>, <c>zero_point_mag</c> and <c>mask_bits</c>, with N from
    /// 1.</summary>
    /// <param name="about">The metadata; null for none.</param>
    /// <param name="columns">The columns of the table.</param>
    /// <returns>The metadata as they are if no column has bands.</returns>
    internal static TableAbout? WithBands(TableAbout? about, IReadOnlyList<ColumnSchema> columns)
    {
        KeyValuePair<string, string>[] facts = [.. columns.SelectMany(BandFacts)];
        return facts.Length == 0 ? about : (about ?? new()) with { Facts = [.. about?.Facts ?? [], .. facts] };
    }

    private static IEnumerable<KeyValuePair<string, string>> BandFacts(ColumnSchema column)
    {
        for (int i = 0; i < column.Bands.Length; i++)
        {
            BandSchema band = column.Bands[i];
            (string Key, string? Value)[] facts = [("name", band.Name), ("unit", band.Unit),
                ("wavelength_angstrom", band.WavelengthAngstrom?.ToString("R", CultureInfo.InvariantCulture)),
                ("zero_point_mag", band.ZeroPointMag?.ToString("R", CultureInfo.InvariantCulture)), ("mask_bits", band.MaskBits)];
            foreach ((string key, string? value) in facts)
                if (!string.IsNullOrWhiteSpace(value))
                    yield return new(string.Create(CultureInfo.InvariantCulture, $"{column.Name}.band{i + 1}.{key}"), value);
        }
    }
}
