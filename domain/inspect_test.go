package domain_test

import "go/ast"

// inspect reports every selector pkg.Name in a file.
func inspect(f *ast.File, see func(pkg, name string)) {
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				see(id.Name, sel.Sel.Name)
			}
		}
		return true
	})
}
