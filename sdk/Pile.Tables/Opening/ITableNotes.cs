namespace Pile.Tables.Opening;

/// <summary>A table that has facts for the user, which no column or row shows.</summary>
internal interface ITableNotes
{
    /// <summary>Facts about the file, such as other tables in it. Some are known only after all rows were read.</summary>
    IEnumerable<string> Notes { get; }

    /// <summary>Returns the facts about any table.</summary>
    static IEnumerable<string> Of(ITableReader table) => (table as ITableNotes)?.Notes ?? [];
}
