namespace Pile.Writing;

/// <summary>The origin of the ids of a unit.</summary>
internal enum IdSource
{
    /// <summary>A column named by the builder or the user. The ids must be unique.</summary>
    Named,

    /// <summary>A column that was recognized as the id by its name or its UCD.</summary>
    Guessed,

    /// <summary>The number of the row in its file, counted from 0.</summary>
    RowNumber,
}
