namespace Pile.Layers;

/// <summary>What an operation of a commit does.</summary>
internal enum OperationKind
{
    /// <summary>Adds an empty field, whose definition is among the commit's fields.</summary>
    AddField,

    /// <summary>Gives a field another name; its values stay.</summary>
    RenameField,

    /// <summary>Removes a field and its values.</summary>
    DropField,

    /// <summary>Sets the values of some rows; null takes a value away.</summary>
    Set,

    /// <summary>Takes the values of some rows away.</summary>
    Unset,

    /// <summary>Removes rows; for layers without a dataset.</summary>
    RemoveRows,

    /// <summary>States that bytes were deleted on purpose.</summary>
    Forget,
}
