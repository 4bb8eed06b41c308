using System.Collections.Immutable;
using Pile.Format;
using Pile.Sky;

namespace Pile.Tables;

/// <summary>Which columns of a table hold position, id, motion and errors.</summary>
internal sealed record PositionColumns
{
    /// <summary>The word that asks for the row number as the id, in place of a column.</summary>
    public const string RowNumberId = "row";

    /// <summary>Right ascension, or the longitude of another frame.</summary>
    public required ColumnSchema Ra { get; init; }

    /// <summary>Declination, or the latitude of another frame.</summary>
    public required ColumnSchema Dec { get; init; }

    /// <summary>The id of the observation; null: the row number is the id.</summary>
    public ColumnSchema? Id { get; init; }

    /// <summary>Whether the caller chose the id: a named column, or row numbers. Otherwise it was found by its UCD or name, and may be
    /// replaced by row numbers.</summary>
    public bool IsIdNamed { get; init; }

    /// <summary>Proper motion in right ascension, times cos(dec).</summary>
    public ColumnSchema? PmRa { get; init; }

    /// <summary>Proper motion in declination.</summary>
    public ColumnSchema? PmDec { get; init; }

    /// <summary>Epoch of the position, as a Julian year.</summary>
    public ColumnSchema? RefEpoch { get; init; }

    /// <summary>Error in right ascension.</summary>
    public ColumnSchema? RaError { get; init; }

    /// <summary>Error in declination.</summary>
    public ColumnSchema? DecError { get; init; }

    /// <summary>One sentence on which columns were taken for position and id, and why, to be shown to the user; empty when all were named
    /// by the caller.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>Names of the columns that were taken, in the order of the properties.</summary>
    public IEnumerable<string> Names =>
        ((ColumnSchema?[])[Ra, Dec, Id, PmRa, PmDec, RefEpoch, RaError, DecError]).OfType<ColumnSchema>().Select(c => c.Name).Distinct();

    /// <summary>Finds the columns of right ascension and declination, and the others: those named by the caller, else by UCD where it is
    /// the main one, else by the usual names.</summary>
    /// <param name="columns">The table's columns.</param>
    /// <param name="ra">The name of the column of right ascension, or null to look for it.</param>
    /// <param name="dec">The same for declination.</param>
    /// <param name="id">The same for the id; <see cref="RowNumberId"/> asks for the row number, also if a column is called so.</param>
    /// <param name="options">The frame, whose words the columns have (<c>glon</c>, <c>glat</c>), and how the caller's options are called in
    /// messages; null: right ascension and declination.</param>
    /// <exception cref="ArgumentException">A named column is not there; or none or several could be the position: the message lists the
    /// columns. Or the frame is none.</exception>
    public static PositionColumns Find(ImmutableArray<ColumnSchema> columns, string? ra = null, string? dec = null, string? id = null,
        PositionOptions? options = null)
    {
        options ??= new PositionOptions();
        SkyFrame? frame = options.Frame is null ? null : FrameWords.Parse(options);
        PositionSearch search = new(columns);
        if (frame is null && ra is null && dec is null && !search.Has(FrameWords.Of(null).Longitude))
            frame = search.Has(FrameWords.Of(SkyFrame.Galactic).Longitude, c => FrameWords.Implied(c) is not null) ? SkyFrame.Galactic
                : search.Has(FrameWords.Of(SkyFrame.Ecliptic).Longitude, c => FrameWords.Implied(c) is not null) ? SkyFrame.Ecliptic : null;
        (PositionWords longitude, PositionWords latitude) = FrameWords.Of(frame);
        ColumnSchema raColumn = search.Required(longitude, ra, $"{options.FlagPrefix}ra");
        ColumnSchema decColumn = search.Required(latitude, dec, $"{options.FlagPrefix}dec", like: raColumn);
        ColumnSchema? idColumn = id == RowNumberId ? null : search.Optional(PositionWords.Id, id, $"{options.FlagPrefix}id");
        // Taken here: users are told what is applied, and motion and errors are not.
        string explanation = search.Explanation;
        return new PositionColumns
        {
            Ra = raColumn,
            Dec = decColumn,
            Id = idColumn,
            IsIdNamed = id is not null,
            PmRa = search.Optional(PositionWords.PmRa),
            PmDec = search.Optional(PositionWords.PmDec),
            RefEpoch = search.Optional(PositionWords.RefEpoch),
            RaError = search.Optional(PositionWords.RaError),
            DecError = search.Optional(PositionWords.DecError),
            Explanation = explanation,
        };
    }
}
