using Pile.Format;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <content>Finds the columns of positions and ids.</content>
public sealed partial class TableSide
{
    private static readonly string[] LonNames = ["lon", "longitude", "lng", "long", "decimallongitude"],
        LatNames = ["lat", "latitude", "decimallatitude"];

    /// <summary>Creates a side for a table, which the caller must dispose after the match.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">The columns of positions and ids, their unit and frame; null to find them. A missing or duplicate id, or
    /// ids that are not integers or text, are an error in a named column; a column that was found is then replaced by row numbers.</param>
    /// <exception cref="ArgumentException">A column is missing or ambiguous, and the message lists the columns; or the named column of ids
    /// does not have integers or text.</exception>
    public static TableSide Create(ITableReader table, PositionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        options ??= new PositionOptions();
        PositionFrame frame = PositionFrame.Icrs;
        if (options.Frame?.Equals(Manifest.Wgs84, StringComparison.OrdinalIgnoreCase) == true)
            (frame, options) = (PositionFrame.Wgs84, OfEarth(table, options));
        PositionColumns found = FindColumns(table, options);
        if (found.Explanation.Length > 0)
            options.OnMessage?.Invoke($"{table.Path}: {found.Explanation}");
        if (found.Id is { } id && !ObjectIdColumn.CanBe(id))
        {
            if (found.IsIdNamed)
                throw new ArgumentException($"Ids must be integers or text; column '{id.Name}' contains {ObjectIdColumn.TypeOf(id)}. Set "
                    + "PositionOptions.IdColumn to another column, or to row for row numbers.");
            options.OnMessage?.Invoke($"{table.Path}: the column '{id.Name}' contains {ObjectIdColumn.TypeOf(id)}, not integers or text: "
                + "the row number is the id. Set PositionOptions.IdColumn to another column, or to row.");
            found = found with { Id = null };
        }
        else if (found.Id is null && !found.IsIdNamed)
            options.OnMessage?.Invoke($"{table.Path}: {(found.SeveralIds is [] ? "no id column was found"
                : $"several columns could be the id ({string.Join(", ", found.SeveralIds)})")}; the row number is the id. Set "
                + "PositionOptions.IdColumn to choose one.");
        return new TableSide(WithoutShadowed(table, found, options, frame), found, options, null, [], frame);
    }

    // A table may have columns with the names of a match's ids and positions that are not its ids and positions.
    private static ITableReader WithoutShadowed(ITableReader table, PositionColumns found, PositionOptions options, PositionFrame frame)
    {
        HashSet<string> taken = new(table.Columns.Select(c => c.Name), StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (string own in new[] { "object_id", frame.Lon, frame.Lat })
            if (own != found.Ra.Name && own != found.Dec.Name && own != found.Id?.Name && table.Columns.Any(c => c.Name == own))
                names.Add(own, ColumnNames.Free(ColumnNames.Native(own), taken));
        if (names.Count == 0)
            return table;
        string renamed = string.Join(", ", names.Select(n => $"its column '{n.Key}' is '{n.Value}' in the match"));
        options.OnMessage?.Invoke($"{table.Path}: {renamed}, because '{(found.Id is { } id ? $"{id.Name}', '" : "")}{found.Ra.Name}' "
            + $"and '{found.Dec.Name}' are its {(found.Id is null ? "" : "id and ")}position.");
        return new RenamedTable(table, names);
    }

    // Longitude and latitude in degrees are read as they are, under the names of the options.
    private static PositionOptions OfEarth(ITableReader table, PositionOptions options) => options with
    {
        Frame = null,
        RaColumn = options.RaColumn ?? Named(table, LonNames, "longitudes", "RaColumn"),
        DecColumn = options.DecColumn ?? Named(table, LatNames, "latitudes", "DecColumn"),
        RaUnit = options.RaUnit ?? RaUnit.Degrees,
    };

    private static string Named(ITableReader table, string[] names, string what, string option) =>
        table.Columns.FirstOrDefault(c => c.IsScalar && names.Contains(c.Name, StringComparer.OrdinalIgnoreCase))?.Name
            ?? throw new ArgumentException($"no column of {what} was found (looked for {string.Join(", ", names)}). Set "
                + $"PositionOptions.{option} to one of {string.Join(", ", table.Columns.Take(40).Select(c => c.Name))}.");

    /// <summary>Finds the columns of the given frame, or those of right ascension and declination if the frame is given for them.</summary>
    private static PositionColumns FindColumns(ITableReader table, PositionOptions options)
    {
        try
        {
            return PositionColumns.Find(table, options);
        }
        catch (ArgumentException inFrame) when (options.Frame is not null && inFrame.ParamName is null)
        {
            try
            {
                return PositionColumns.Find(table, options with { Frame = null });
            }
            catch (ArgumentException)
            {
                throw inFrame;
            }
        }
    }
}
