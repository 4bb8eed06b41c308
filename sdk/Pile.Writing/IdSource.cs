namespace Pile.Writing;

/// <summary>Where the ids of a unit are from.</summary>
internal enum IdSource
{
    /// <summary>The builder or the user names them: they must be unique.</summary>
    Named,

    /// <summary>A column that was taken for the id by its name or its UCD.</summary>
    Guessed,

    /// <summary>The number of the row in its file, counted from 0.</summary>
    RowNumber,
}
