using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using DuckDB.NET.Data;

namespace Pile.Data;

/// <summary>A command whose text is one SELECT over datasets.</summary>
internal sealed class SelectCommand(SelectConnection checking) : DuckDBCommand
{
    /// <summary>The text to run. It differs from the text that was set in names of categories, which are replaced by their
    /// codes.</summary>
    /// <exception cref="ArgumentException">The text is not one SELECT over the datasets.</exception>
    [AllowNull]
    public override string CommandText
    {
        get => base.CommandText;
        set => base.CommandText = string.IsNullOrEmpty(value) ? "" : checking.Check(value); // every way of running a command reads it
    }

    public override int ExecuteNonQuery()
    {
        checking.RequireUnchanged();
        return base.ExecuteNonQuery();
    }

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        checking.RequireUnchanged();
        return base.ExecuteDbDataReader(behavior);
    }
}
