using System.Collections.Immutable;
using Pile.Format;
using Pile.Sky;
using Pile.Tables.Opening;

namespace Pile.Tables;

/// <summary>The columns of a table that contain position, id, motion and errors.</summary>
internal sealed record PositionColumns
{
    /// <summary>Selects the row number as the id, in place of a column's name.</summary>
    public const string RowNumberId = "row";

    /// <summary>Right ascension, or the longitude of another frame.</summary>
    public required ColumnSchema Ra { get; init; }

    /// <summary>Declination, or the latitude of another frame.</summary>
    public required ColumnSchema Dec { get; init; }

    /// <summary>The id of the observation; if null, the row number is the id.</summary>
    public ColumnSchema? Id { get; init; }

    /// <summary>The columns that could be the id, if there are several, so that none was chosen.</summary>
    public ImmutableArray<string> SeveralIds { get; init; } = [];

    /// <summary>True if the caller chose the id: a column by name, or row numbers. Otherwise it was found by its UCD or name, and may be
    /// replaced by row numbers.</summary>
    public bool IsIdNamed { get; init; }

    /// <summary>Proper motion in right ascension, times cos(dec).</summary>
    public ColumnSchema? PmRa { get; init; }

    /// <summary>Proper motion in declination.</summary>
    public ColumnSchema? PmDec { get; init; }

    /// <summary>The epoch of the position, as a Julian year.</summary>
    public ColumnSchema? RefEpoch { get; init; }

    /// <summary>The error in right ascension.</summary>
    public ColumnSchema? RaError { get; init; }

    /// <summary>The error in declination.</summary>
    public ColumnSchema? DecError { get; init; }

    /// <summary>One sentence for the user about which columns were chosen for position and id, and why; empty if the caller named all of
    /// them.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>The names of the chosen columns, in the order of the properties.</summary>
    public IEnumerable<string> Names =>
        ((ColumnSchema?[])[Ra, Dec, Id, PmRa, PmDec, RefEpoch, RaError, DecError]).OfType<ColumnSchema>().Select(c => c.Name).Distinct();

    /// <summary>Finds the id of a table whose rows have no positions: the column that the caller named, otherwise the one with the main
    /// UCD, otherwise the one with a usual name.</summary>
    /// <returns>The column, null for row numbers; and one sentence for the user if it was not named.</returns>
    /// <exception cref="ArgumentException">The named column does not exist.</exception>
    public static (ColumnSchema? Id, string Explanation) FindId(ImmutableArray<ColumnSchema> columns, string? named)
    {
        PositionSearch search = new(columns);
        ColumnSchema? id = named == RowNumberId ? null : search.Optional(PositionWords.Id, named, "PositionOptions.IdColumn");
        return (id, search.Explanation);
    }

    /// <summary>Finds the columns of a table; if it has no positions, the error names the other tables of its file.</summary>
    /// <inheritdoc cref="Find(ImmutableArray{ColumnSchema}, PositionOptions?)"/>
    internal static PositionColumns Find(ITableReader table, PositionOptions? options = null)
    {
        try
        {
            return Find(table.Columns, options);
        }
        catch (ArgumentException e) when (e.ParamName is null && !PositionSearch.HasPosition(table.Columns)
            && ITableNotes.OtherTablesOf(table) is { } others)
        {
            throw new ArgumentException($"{e.Message} {char.ToUpperInvariant(others[0])}{others[1..]}", e);
        }
    }

    /// <summary>Finds the columns of right ascension, declination and the other quantities: those named by the caller, otherwise those with
    /// the main UCD, otherwise those with the usual names.</summary>
    /// <param name="columns">The table's columns.</param>
    /// <param name="options">The columns that the caller named, and the frame, which determines the expected column names (<c>glon</c>,
    /// <c>glat</c>); null to search for right ascension and declination.</param>
    /// <exception cref="ArgumentException">A named column does not exist; or no column or several columns could be the position, and the
    /// message lists the columns; or the frame is unknown.</exception>
    public static PositionColumns Find(ImmutableArray<ColumnSchema> columns, PositionOptions? options = null)
    {
        options ??= new PositionOptions();
        (string? ra, string? dec, string? id) = (options.RaColumn, options.DecColumn, options.IdColumn);
        SkyFrame? frame = options.Frame is null ? null : FrameWords.Parse(options);
        PositionSearch search = new(columns);
        Func<ColumnSchema, bool>? prefers = null;
        if (frame is null && ra is null && dec is null && !search.Has(FrameWords.Of(null).Longitude))
            frame = search.Has(FrameWords.Of(SkyFrame.Galactic).Longitude, c => FrameWords.Implied(c) is not null) ? SkyFrame.Galactic
                : search.Has(FrameWords.Of(SkyFrame.Ecliptic).Longitude, c => FrameWords.Implied(c) is not null) ? SkyFrame.Ecliptic : null;
        if (options.Frame is null && frame is not null)
            prefers = c => FrameWords.Implied(c) is not null; // the column from which the frame follows
        (PositionWords longitude, PositionWords latitude) = FrameWords.Of(frame);
        (ColumnSchema raColumn, ColumnSchema decColumn) = search.Pair(longitude, latitude, ra, dec, prefers);
        ColumnSchema? idColumn = id == RowNumberId ? null : search.Optional(PositionWords.Id, id, "PositionOptions.IdColumn");
        // Stored here, because motion and errors are not applied and do not belong to the explanation.
        string explanation = search.Explanation;
        (ColumnSchema? pmRa, ColumnSchema? pmDec) = search.OptionalPair(PositionWords.PmRa, PositionWords.PmDec);
        (ColumnSchema? raError, ColumnSchema? decError) = search.OptionalPair(PositionWords.RaError, PositionWords.DecError);
        return new PositionColumns
        {
            Ra = raColumn,
            Dec = decColumn,
            Id = idColumn,
            IsIdNamed = id is not null,
            SeveralIds = id is null && idColumn is null ? search.Several(PositionWords.Id) : [],
            PmRa = pmRa,
            PmDec = pmDec,
            RefEpoch = search.Optional(PositionWords.RefEpoch),
            RaError = raError,
            DecError = decError,
            Explanation = explanation,
        };
    }
}
