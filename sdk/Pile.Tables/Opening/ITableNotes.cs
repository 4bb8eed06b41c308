namespace Pile.Tables.Opening;

/// <summary>A table that has facts for the user, which no column or row shows.</summary>
internal interface ITableNotes
{
    /// <summary>Facts about the file, such as other tables in it. Some are known only after all rows were read.</summary>
    IEnumerable<string> Notes { get; }

    /// <summary>Describes the other tables of the file; null if it has none, or the path selects this one. Reads the rest of some
    /// files.</summary>
    string? OtherTables => null;

    /// <summary>Describes the other tables of any file; null without them.</summary>
    static string? OtherTablesOf(ITableReader table) => (table as ITableNotes)?.OtherTables;

    /// <summary>Returns the facts about any table.</summary>
    static IEnumerable<string> Of(ITableReader table) => (table as ITableNotes)?.Notes ?? [];
}
